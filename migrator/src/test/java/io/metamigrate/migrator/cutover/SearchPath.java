package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.world.Disturbance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Commands one after the other from a root, each with at most one disturbance. */
record SearchPath(SearchRoot root, List<Leg> legs) {
  /**
   * One command.
   *
   * @param at at which of its calls; -1 for none
   */
  record Leg(String command, int at, @Nullable Disturbance disturbance) {
    @Override
    public String toString() {
      return disturbance == null ? command : "%s, call %d %s".formatted(command, at, disturbance);
    }
  }

  static SearchPath of(SearchRoot root) {
    return new SearchPath(root, List.of());
  }

  SearchPath then(Leg leg) {
    List<Leg> more = new ArrayList<>(legs);
    more.add(leg);
    return new SearchPath(root, more);
  }

  /** The last thing that went wrong. */
  Optional<Disturbance> disturbance() {
    return legs.stream()
        .flatMap(leg -> Optional.ofNullable(leg.disturbance()).stream())
        .reduce((first, second) -> second);
  }

  @Override
  public String toString() {
    return root + ": " + legs.stream().map(Leg::toString).collect(Collectors.joining("; "));
  }
}
