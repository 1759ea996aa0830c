package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.NearestKey;
import io.metamigrate.migrator.deployment.DeploymentRules;
import io.metamigrate.migrator.restart.Node;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The form of {@code cutover.accept}: an entry that can match nothing would have no effect. */
public final class AcceptedConditions {
  private AcceptedConditions() {}

  /**
   * What is wrong with the entries. Names of workloads are known to the driver only: the rehearsal
   * warns of those.
   */
  public static List<String> faults(CutoverConfig config) {
    Map<String, Collection<String>> known = known(config);
    return config.accept().stream().flatMap(entry -> fault(entry, known).stream()).toList();
  }

  /** Whether the driver's check reports conditions of this id. */
  static boolean isOfDeployment(String entry) {
    return DeploymentRules.IDS.contains(id(entry));
  }

  /** Ids with the names that each can have; none if only the driver knows them. */
  private static Map<String, Collection<String>> known(CutoverConfig config) {
    List<String> bookies = config.bookies().stream().map(BookieConfig::id).toList();
    Map<String, Collection<String>> known = new TreeMap<>();
    DeploymentRules.IDS.forEach(id -> known.put(id, List.of()));
    known.put(BookieDataCheck.NOT_VERIFIABLE, bookies);
    known.put(BookieDataCheck.CHANGED, bookies);
    known.put(
        SettingsArchive.DIFFERS, CutoverPlan.Nodes.all(config).stream().map(Node::id).toList());
    known.put(MetadataUsers.NOT_VERIFIABLE, MetadataUsers.kinds());
    return known;
  }

  private static Optional<String> fault(String entry, Map<String, Collection<String>> known) {
    Collection<String> names = known.get(id(entry));
    if (names == null) {
      return Optional.of(
          "'%s': there is no such id%s; runbooks/window.md and runbooks/deployments.md list them"
              .formatted(entry, near(id(entry), known.keySet())));
    }
    String name = entry.substring(Math.min(entry.length(), id(entry).length() + 1));
    if (name.isEmpty()) {
      return Optional.of(
          "'%s' names nothing; write ID:NAME, as the rehearsal printed it".formatted(entry));
    }
    return names.isEmpty() || names.contains(name)
        ? Optional.empty()
        : Optional.of(
            "'%s': %s is not among %s%s; correct it, or leave the entry out"
                .formatted(entry, name, names, near(name, names)));
  }

  private static String near(String given, Collection<String> known) {
    return NearestKey.question(given, known).map(question -> ", " + question).orElse("");
  }

  private static String id(String entry) {
    int colon = entry.indexOf(':');
    return colon < 0 ? entry : entry.substring(0, colon);
  }
}
