package io.metamigrate.migrator.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What will be done and every blocker; also the JSON document of {@code plan}.
 *
 * @param leftOut znodes that the cluster needs and the configured scope leaves out, by root
 */
public record Plan(
    String cluster,
    Source source,
    Target target,
    List<Inventory.Group> groups,
    Map<String, Long> leftOut,
    List<Seed> seeds,
    List<Finding> findings,
    ClusterFacts components,
    Cost cost,
    Sizing sizing) {
  public Plan {
    groups = List.copyOf(groups);
    seeds = List.copyOf(seeds);
    findings = List.copyOf(findings);
  }

  /** The tree to be moved; {@code version} is ZooKeeper's. */
  record Source(
      String connect, long znodes, long bytes, long ephemeral, Optional<String> version) {}

  /** The target; {@code empty} means that nothing in scope exists there. */
  record Target(List<String> endpoints, Optional<String> version, boolean empty) {}

  /**
   * What is yet to be written: 0 puts on a target that is already a copy.
   *
   * @param puts keys and seeds
   * @param bytes of keys and values
   * @param estimatedSeconds of the copy
   * @param historyBytes that etcd's compaction frees again
   * @param verifySeconds of one whole verification
   * @param cutoverSeconds from stopped brokers to healthy ones
   * @param measured whether this etcd's own speed was measured
   */
  public record Cost(
      long puts,
      long bytes,
      double estimatedSeconds,
      long historyBytes,
      double verifySeconds,
      double cutoverSeconds,
      boolean measured) {}

  /** Findings that no operator can accept: continuing would copy onto living brokers' data. */
  public static final Set<String> NEVER_ACCEPTED =
      Set.of(
          "TARGET_SERVING",
          "TARGET_NOT_EMPTY",
          "OTHER_MOVE",
          "SCOPE_CHANGED",
          "NO_PULSAR_METADATA",
          "LEDGER_IDS_EXHAUSTED",
          "SOURCE_UNREADABLE",
          "FOREIGN_CHANGE");

  /** The same with one more blocker, if there is one. */
  public Plan with(Optional<Finding> blocker) {
    return new Plan(
        cluster,
        source,
        target,
        groups,
        leftOut,
        seeds,
        Stream.concat(blocker.stream(), findings.stream()).toList(),
        components,
        cost,
        sizing);
  }

  /** Blockers that are left when these are accepted. */
  public List<Finding> blockersWithout(Set<String> accepted) {
    return blockers().stream()
        .filter(
            finding -> NEVER_ACCEPTED.contains(finding.id()) || !accepted.contains(finding.id()))
        .toList();
  }

  /** The ids of those that these do accept. */
  public Set<String> blockersWith(Set<String> accepted) {
    return blockers().stream()
        .map(Finding::id)
        .filter(id -> !NEVER_ACCEPTED.contains(id) && accepted.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }

  public List<Finding> blockers() {
    return findings.stream().filter(Finding::isBlocker).toList();
  }
}
