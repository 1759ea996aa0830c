package io.metamigrate.verifier.catalog;

import static io.metamigrate.verifier.catalog.Family.copy;
import static io.metamigrate.verifier.catalog.Family.seed;
import static io.metamigrate.verifier.catalog.Family.skip;

import io.metamigrate.verifier.catalog.Family.Owner;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Set;

/**
 * Path to family, for roots {@code /ledgers}, {@code /managed-ledgers}, {@code /admin} and the rest
 * of what Pulsar and BookKeeper keep in their metadata store.
 */
public final class Catalogue {
  public static final ZkPath LEDGERS = new ZkPath("/ledgers");
  public static final ZkPath AVAILABLE = new ZkPath("/ledgers/available");
  public static final ZkPath READONLY = new ZkPath("/ledgers/available/readonly");
  public static final ZkPath COOKIES = new ZkPath("/ledgers/cookies");
  public static final ZkPath INSTANCE_ID = new ZkPath("/ledgers/INSTANCEID");
  public static final ZkPath ID_GENERATOR = new ZkPath("/ledgers/idgen");
  public static final ZkPath LONG_ID_GENERATOR = new ZkPath("/ledgers/idgen-long");
  public static final ZkPath PRODUCER_NAME = new ZkPath("/counters/producer-name");
  public static final ZkPath BROKERS = new ZkPath("/loadbalance/brokers");
  public static final ZkPath OWNERSHIP = new ZkPath("/namespace");
  public static final ZkPath MANAGED_LEDGERS = new ZkPath("/managed-ledgers");
  public static final ZkPath SCHEMAS = new ZkPath("/schemas");
  public static final ZkPath ADMIN = new ZkPath("/admin");

  /** Keys without which bookies and brokers on etcd do not start, or start as another cluster. */
  public static final List<ZkPath> ROOT_KEYS = List.of(LEDGERS, AVAILABLE, READONLY, INSTANCE_ID);

  private static final Family ROOT =
      skip("/", Owner.ZOOKEEPER, "root: the root znode has no meaning as a key");
  private static final Family SERVER =
      skip("/zookeeper/**", Owner.ZOOKEEPER, "zookeeper-own: kept by ZooKeeper for itself");
  private static final Family BOOKIE_ROOTS = copy("/ledgers (root keys)", Owner.BOOKKEEPER);
  private static final Family BOOKIE_COOKIES = copy("/ledgers/cookies/**", Owner.BOOKKEEPER);
  private static final Family REGISTRATION =
      skip(
          "/ledgers/available/**",
          Owner.BOOKKEEPER,
          "bookie-registration: each bookie registers itself, with a lease of its own");
  private static final Family LEDGER_IDS =
      seed(
          "/ledgers/idgen*",
          Owner.BOOKKEEPER,
          "the next ledger id is the child counter on ZooKeeper and the key's version on etcd");
  private static final Family LEDGER_ID_CHILDREN =
      skip("/ledgers/idgen*/ID-*", Owner.BOOKKEEPER, "id-generator-child: a used-up id");
  private static final Family LEDGER = copy("/ledgers/**/L*", Owner.BOOKKEEPER);
  private static final Family LEDGER_DIRECTORY =
      skip(
              "/ledgers/NN/** (directories)",
              Owner.BOOKKEEPER,
              "empty-directory: etcd needs no parents and would never remove them")
          .asStructural();
  private static final Family UNDERREPLICATION =
      copy("/ledgers/underreplication/**", Owner.BOOKKEEPER);
  private static final Family REPAIR_LOCK =
      skip(
          "/ledgers/underreplication/locks/**",
          Owner.BOOKKEEPER,
          "repair-lock: held by a worker's session");
  private static final Family AUDITOR =
      skip(
          "/ledgers/underreplication/auditorelection, leader",
          Owner.BOOKKEEPER,
          "auditor-election: elected again");
  private static final Family BOOKIE_RACKS = copy("/bookies", Owner.BOOKKEEPER);
  private static final Family TABLE_SERVICE =
      skip(
          "/stream/**",
          Owner.BOOKKEEPER,
          "table-service: BookKeeper's table service knows only ZooKeeper");
  private static final Family TOPICS = copy("/managed-ledgers/**", Owner.PULSAR);
  private static final Family POLICIES = copy("/admin/**", Owner.PULSAR);
  private static final Family SCHEMA = copy("/schemas/**", Owner.PULSAR);
  private static final Family COUNTERS = copy("/counters/**", Owner.PULSAR);
  private static final Family PRODUCER_NAMES =
      seed(
          "/counters/producer-name",
          Owner.PULSAR,
          "generated producer names repeat unless the counter is carried over");
  private static final Family PRODUCER_NAME_CHILDREN =
      skip("/counters/producer-name/*", Owner.PULSAR, "counter-child: a used-up number");
  private static final Family BUNDLE_OWNERSHIP =
      skip("/namespace/**", Owner.PULSAR, "bundle-ownership: held by a broker's session");
  private static final Family LOAD = copy("/loadbalance/**", Owner.PULSAR);
  private static final Family BROKER_REGISTRATION =
      skip(
          "/loadbalance/brokers/*",
          Owner.PULSAR,
          "broker-registration: each broker registers itself, with a lease of its own");
  private static final Family LEADER =
      skip("/loadbalance/leader, extension/leader", Owner.PULSAR, "broker-leader: elected again");
  private static final Family UNIT_STATE = copy("/service_unit_state/**", Owner.PULSAR);
  private static final Family PULSAR_ROOT = copy("/pulsar", Owner.PULSAR);
  private static final Family DISTRIBUTED_LOG =
      skip(
          "/pulsar/functions, packages/**",
          Owner.PULSAR,
          "distributed-log: functions and packages in DistributedLog know only ZooKeeper");
  private static final Family UPSTREAM_MIGRATION =
      skip(
          "/pulsar/migration-coordinator/**",
          Owner.PULSAR,
          "upstream-migration: belongs to Pulsar's own migration to Oxia");

  private static final Family OWN =
      skip(
          "/metamigrate/**",
          Owner.ZOOKEEPER,
          "own: the daemon's own, present only during a cutover");

  private static final Set<String> SHARED =
      Set.of("policies", "clusters", "partitioned-topics", "resourcegroups", "flags");

  private Catalogue() {}

  /** Total: a path that nothing here knows is copied and warned about. */
  public static Family of(ZkPath path) {
    if (path.equals(ZkPath.ROOT)) {
      return ROOT;
    }
    List<String> parts = List.of(path.value().substring(1).split("/", -1));
    return switch (parts.get(0)) {
      case "zookeeper" -> SERVER;
      case "metamigrate" -> OWN;
      case "ledgers" -> ledgers(parts);
      case "bookies" -> BOOKIE_RACKS;
      case "stream" -> TABLE_SERVICE;
      case "managed-ledgers" -> holdsTopics(parts) ? TOPICS.asStructural() : TOPICS;
      case "admin" ->
          parts.size() < 3 || isAbovePartitions(parts) ? POLICIES.asStructural() : POLICIES;
      case "schemas" -> parts.size() < 4 ? SCHEMA.asStructural() : SCHEMA;
      case "counters" -> counters(parts);
      case "namespace" -> BUNDLE_OWNERSHIP;
      case "loadbalance" -> loadbalance(parts);
      case "service_unit_state" -> parts.size() < 4 ? UNIT_STATE.asStructural() : UNIT_STATE;
      case "pulsar" -> pulsar(parts);
      default -> copy("/" + parts.get(0) + "/**", Owner.UNKNOWN);
    };
  }

  /**
   * Where brokers keep a path when the configuration metadata store is another ensemble: tenants,
   * namespaces, clusters with failure domains and isolation policies, partitioned topics, resource
   * groups and the flag of read-only policies are there (Pulsar {@code PulsarResources}).
   */
  public static Ensemble ensembleOf(ZkPath path) {
    List<String> parts = List.of(path.value().substring(1).split("/", -1));
    return parts.size() > 1 && parts.get(0).equals("admin") && SHARED.contains(parts.get(1))
        ? Ensemble.CONFIGURATION
        : Ensemble.LOCAL;
  }

  /**
   * Whether the cluster cannot do without a node on etcd and no server creates it again: what is
   * copied or seeded, but load reports and the owners of bundles, which brokers write again, and
   * the notes of ledgers to be repaired, which the auditor finds again (BookKeeper {@code
   * Auditor}).
   */
  public static boolean isCore(ZkPath path) {
    Family family = of(path);
    return family.isKnown()
        && family.action() != Action.SKIP
        && !path.value().startsWith("/loadbalance")
        && !path.value().startsWith("/service_unit_state")
        && !family.equals(UNDERREPLICATION);
  }

  /**
   * Whether no part of a root may be left out: a bookie deletes the data of each ledger that its
   * store does not list (BookKeeper {@code ScanAndCompareGarbageCollector}), and does not start
   * without its cookie ({@code Cookie}).
   */
  public static boolean mustBeComplete(ZkPath root) {
    return root.equals(LEDGERS);
  }

  private static Family ledgers(List<String> parts) {
    if (parts.size() == 1) {
      return BOOKIE_ROOTS;
    }
    String second = parts.get(1);
    return switch (second) {
      case "available" ->
          parts.size() == 2 || (parts.size() == 3 && parts.get(2).equals("readonly"))
              ? BOOKIE_ROOTS
              : REGISTRATION;
      case "INSTANCEID", "LAYOUT" -> BOOKIE_ROOTS;
      case "cookies" -> BOOKIE_COOKIES;
      case "idgen" -> parts.size() == 2 ? LEDGER_IDS : LEDGER_ID_CHILDREN;
      case "idgen-long" -> parts.size() <= 3 ? LEDGER_IDS : LEDGER_ID_CHILDREN;
      case "underreplication" -> underreplication(parts);
      default -> {
        if (second.length() < 2 || second.length() > 3 || !isNumber(second, 0)) {
          yield copy("/ledgers/" + second + "/**", Owner.UNKNOWN);
        }
        String last = parts.get(parts.size() - 1);
        yield last.startsWith("L") && isNumber(last, 1) ? LEDGER : LEDGER_DIRECTORY;
      }
    };
  }

  private static boolean isNumber(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > from;
  }

  private static Family underreplication(List<String> parts) {
    if (parts.size() < 3) {
      return UNDERREPLICATION;
    }
    return switch (parts.get(2)) {
      case "locks" -> parts.size() == 3 ? UNDERREPLICATION : REPAIR_LOCK;
      case "auditorelection", "leader" -> AUDITOR;
      case "ledgers" ->
          parts.size() > 3 && !parts.get(parts.size() - 1).startsWith("urL")
              ? LEDGER_DIRECTORY
              : UNDERREPLICATION;
      default -> UNDERREPLICATION;
    };
  }

  private static Family counters(List<String> parts) {
    if (parts.size() > 1 && parts.get(1).equals("producer-name")) {
      return parts.size() == 2 ? PRODUCER_NAMES : PRODUCER_NAME_CHILDREN;
    }
    return parts.size() == 1 ? COUNTERS.asStructural() : COUNTERS;
  }

  private static Family loadbalance(List<String> parts) {
    List<String> below = parts.subList(1, parts.size());
    if (below.equals(List.of("leader")) || below.equals(List.of("extension", "leader"))) {
      return LEADER;
    }
    if (parts.size() > 2 && parts.get(1).equals("brokers")) {
      return BROKER_REGISTRATION;
    }
    return parts.size() <= 4 ? LOAD.asStructural() : LOAD;
  }

  private static Family pulsar(List<String> parts) {
    if (parts.size() == 1) {
      return PULSAR_ROOT.asStructural();
    }
    return switch (parts.get(1)) {
      case "functions", "packages" -> DISTRIBUTED_LOG;
      case "migration-coordinator" -> UPSTREAM_MIGRATION;
      default -> copy("/pulsar/" + parts.get(1) + "/**", Owner.UNKNOWN);
    };
  }

  /**
   * Whether a path below {@code /managed-ledgers} only leads to topics: tenant, namespace and
   * domain (and the cluster of v1 names). A topic itself is a fact even when its value is empty.
   */
  private static boolean holdsTopics(List<String> parts) {
    return parts.size() <= 4
        || (parts.size() == 5 && isDomain(parts.get(4)) && !isDomain(parts.get(3)));
  }

  private static boolean isAbovePartitions(List<String> parts) {
    return parts.get(1).equals("partitioned-topics")
        && (parts.size() <= 5
            || (parts.size() == 6 && isDomain(parts.get(5)) && !isDomain(parts.get(4))));
  }

  private static boolean isDomain(String part) {
    return part.equals("persistent") || part.equals("non-persistent");
  }
}
