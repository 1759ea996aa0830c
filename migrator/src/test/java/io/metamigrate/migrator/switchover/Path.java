package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.world.Disturbance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Commands one after the other from a root, each with at most one disturbance. */
record Path(Root root, List<Leg> legs) {
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

  static Path of(Root root) {
    return new Path(root, List.of());
  }

  Path then(Leg leg) {
    List<Leg> more = new ArrayList<>(legs);
    more.add(leg);
    return new Path(root, more);
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
