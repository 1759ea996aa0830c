package io.metamigrate.migrator.plan;

import java.util.List;
import java.util.Optional;

/** What will be done and what stands in the way; also the JSON document of {@code plan}. */
public record Plan(
    String cluster,
    Source source,
    Target target,
    List<Inventory.Group> groups,
    List<Seed> seeds,
    List<Finding> findings,
    Cost cost) {
  public Plan {
    groups = List.copyOf(groups);
    seeds = List.copyOf(seeds);
    findings = List.copyOf(findings);
  }

  /** The tree to be moved; {@code version} is ZooKeeper's. */
  public record Source(
      String connect, long znodes, long bytes, long ephemeral, Optional<String> version) {}

  /** Where it goes; {@code empty} says that nothing in scope is there. */
  public record Target(List<String> endpoints, Optional<String> version, boolean empty) {}

  /** What is yet to be written: 0 puts on a target that is already a copy. */
  public record Cost(long puts, long bytes, double estimatedSeconds) {}

  public List<Finding> blockers() {
    return findings.stream().filter(Finding::isBlocker).toList();
  }
}
