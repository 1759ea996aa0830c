package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.decode.ManagedLedgerPath;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which server cannot work when a listing fails; directories of tools only are not here. */
public enum ListedBy {
  BOOKIES("bookies, to collect garbage, and the auditor"),
  AUTORECOVERY("AutoRecovery's workers"),
  BROKERS("brokers");

  private static final Set<String> BROKERS_LIST =
      Set.of(
          "/ledgers/available",
          "/ledgers/available/readonly",
          "/ledgers/cookies",
          "/admin/clusters",
          "/admin/policies",
          "/admin/resourcegroups",
          "/loadbalance/brokers");

  private final String title;

  ListedBy(String title) {
    this.title = title;
  }

  /** As in "listed by …". */
  public String title() {
    return title;
  }

  static Optional<ListedBy> of(String path) {
    if (path.equals("/ledgers")) {
      return Optional.of(BOOKIES);
    }
    if (path.equals("/ledgers/underreplication/ledgers")) {
      return Optional.of(AUTORECOVERY);
    }
    return BROKERS_LIST.contains(path) || holdsNamespaces(path) || holdsTopics(path)
        ? Optional.of(BROKERS)
        : Optional.empty();
  }

  /** A tenant's policies: its namespaces. */
  private static boolean holdsNamespaces(String path) {
    return path.startsWith("/admin/policies/") && path.split("/", -1).length == 4;
  }

  /** The topics of a namespace, the partitioned ones, and the subscriptions of one topic. */
  private static boolean holdsTopics(String path) {
    boolean topics = path.startsWith("/managed-ledgers/");
    if (!topics && !path.startsWith("/admin/partitioned-topics/")) {
      return false;
    }
    if (topics
        && ManagedLedgerPath.of(path).filter(found -> found.cursor().isEmpty()).isPresent()) {
      return true;
    }
    List<String> parts = List.of(path.split("/", -1));
    return Set.of("persistent", "non-persistent").contains(parts.get(parts.size() - 1));
  }
}
