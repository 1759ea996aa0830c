package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.plan.ComponentEtcd;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.OneEtcd;
import io.metamigrate.migrator.run.Stores;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The address of etcd that this move gives to brokers and bookies. A command that gives them
 * another one must see that it is the same etcd, or they would be split over two.
 */
final class ComponentAddress {
  private static final String DOCUMENT = "component-url";

  private final StateStore states;
  private final List<String> given;

  ComponentAddress(StateStore states, Configuration configuration) {
    this.states = states;
    this.given =
        configuration.target().componentUrl().orElseGet(configuration::requireEtcd).uris().stream()
            .map(Object::toString)
            .toList();
  }

  /**
   * Asks the configured address.
   *
   * @param begun whether nodes may have been given one in this move
   * @throws io.metamigrate.migrator.run.BlockedException if it is another etcd, or a new one that
   *     does not answer; nothing was changed
   */
  void require(Stores stores, boolean begun) {
    Optional<String> before =
        begun ? states.get(DOCUMENT).map(bytes -> new String(bytes, UTF_8)) : Optional.empty();
    obstacle(before, String.join(",", given), OneEtcd.ofComponents(stores.etcd().settings(), given))
        .ifPresent(
            why -> {
              throw Window.blocked(
                  "COMPONENT_URL_OTHER_ETCD",
                  why,
                  "correct target.componentUrl, then run the same command again");
            });
  }

  /** Why nothing may be given that address. Pure. */
  static Optional<String> obstacle(Optional<String> before, String now, ComponentEtcd seen) {
    if (seen.obstacle().isPresent()) {
      return seen.obstacle();
    }
    return before
        .filter(given -> !given.equals(now) && !seen.silent().isEmpty())
        .map(
            given ->
                "this move gives brokers and bookies %s, the configuration names %s. %s does not answer from here, so whether it is the same etcd is not known"
                    .formatted(given, now, String.join(", ", seen.silent())));
  }

  /** From here on nodes are given it. */
  void record(Journal journal) {
    byte[] now = String.join(",", given).getBytes(UTF_8);
    if (states.get(DOCUMENT).filter(before -> Arrays.equals(before, now)).isEmpty()) {
      journal.document(DOCUMENT, now);
    }
  }
}
