package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.config.CopyConfig.LedgerIds;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A plan that a run can be held to.
 *
 * @param product the version that made it
 * @param stores what both stores are known by
 * @param etcdCluster the id of the etcd, as etcdctl shows it
 * @param accepted blockers that the operator accepted by id when it was saved
 * @param plan in whole, as it was shown
 */
public record SavedPlan(
    int format,
    String product,
    Instant at,
    StoreNames stores,
    String etcdCluster,
    Optional<String> pulsarVersion,
    Scope scope,
    LedgerIds ledgerIds,
    Set<String> accepted,
    Plan plan) {
  public static final int FORMAT = 2;

  public SavedPlan {
    accepted = Set.copyOf(accepted);
  }

  public static SavedPlan of(
      Facts facts, Plan plan, String product, Set<String> accepted, Instant at) {
    return new SavedPlan(
        FORMAT,
        product,
        at,
        facts.names(),
        Long.toUnsignedString(facts.target().clusterId()),
        facts.pulsarVersion().map(Object::toString),
        facts.configuration().scope().toScope(),
        facts.configuration().copy().ledgerIds(),
        new TreeSet<>(accepted),
        plan);
  }

  /**
   * What is no longer as it was planned, one line each; empty when the plan holds. Of findings,
   * blockers and warnings count; an information (which brokers are registered, what is not known)
   * may come and go.
   */
  List<String> changes(SavedPlan now) {
    List<String> changes = new ArrayList<>();
    compare(changes, "the product's version", product, now.product);
    compare(changes, "the cluster", plan.cluster(), now.plan.cluster());
    for (Ensemble ensemble : Ensemble.values()) {
      compare(
          changes,
          ensemble == Ensemble.LOCAL ? "the ZooKeeper" : "the configuration store",
          stores.sources().getOrDefault(ensemble, "none"),
          now.stores.sources().getOrDefault(ensemble, "none"));
    }
    // A plan that was made before the move began holds while it runs.
    stores
        .move()
        .ifPresent(
            move -> compare(changes, "the move on etcd", move, now.stores.move().orElse("none")));
    compare(changes, "the etcd cluster id", etcdCluster, now.etcdCluster);
    compare(
        changes,
        "the Pulsar version",
        pulsarVersion.orElse("not known"),
        now.pulsarVersion.orElse("not known"));
    compare(changes, "the scope", scope.include().toString(), now.scope.include().toString());
    compare(
        changes,
        "what the scope excludes",
        scope.exclude().toString(),
        now.scope.exclude().toString());
    compare(changes, "the ledger id strategy", ledgerIds.name(), now.ledgerIds.name());
    compare(changes, "the seeds", strategies(plan), strategies(now.plan));
    findings(changes, now);
    return List.copyOf(changes);
  }

  private void findings(List<String> changes, SavedPlan now) {
    Map<String, Finding> before = blockersAndWarnings(plan);
    Map<String, Finding> after = blockersAndWarnings(now.plan);
    after.forEach(
        (key, finding) -> {
          Finding known = before.get(key);
          if (known == null) {
            changes.add(
                "new %s %s: %s"
                    .formatted(finding.level().title(), finding.id(), finding.message()));
          } else {
            compare(
                changes,
                "the level of " + finding.id() + " at " + finding.path(),
                known.level().title(),
                finding.level().title());
          }
        });
    before.forEach(
        (key, finding) -> {
          if (!after.containsKey(key)) {
            changes.add(
                "%s %s at %s is no longer found"
                    .formatted(finding.level().title(), finding.id(), finding.path()));
          }
        });
  }

  private static Map<String, Finding> blockersAndWarnings(Plan plan) {
    Map<String, Finding> found = new TreeMap<>();
    plan.findings().stream()
        .filter(finding -> finding.level() != Finding.Level.INFO)
        .forEach(finding -> found.put(finding.id() + " " + finding.path(), finding));
    return found;
  }

  private static String strategies(Plan plan) {
    return plan.seeds().stream()
        .map(seed -> seed.path() + " " + seed.strategy())
        .toList()
        .toString();
  }

  private static void compare(List<String> changes, String what, String before, String now) {
    if (!Objects.equals(before, now)) {
      changes.add("%s was %s, is %s".formatted(what, before, now));
    }
  }
}
