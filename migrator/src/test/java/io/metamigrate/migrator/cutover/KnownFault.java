package io.metamigrate.migrator.cutover;

import java.util.Set;
import java.util.TreeSet;

/**
 * A fault that an earlier window had on real stores, planted again: each question that has kept it
 * out since is not asked. A single one of them is no such fault, since others ask the same.
 */
enum KnownFault {
  ROLLBACK_BY_AN_OLDER_COMPARISON(
      ".* was started on .*, which does not list ledger .*",
      "the record is relied on: (copy-back|verify-back)",
      "not asked: etcd is as it was compared",
      "always true: ZooKeeper is authoritative or has everything that etcd has"),
  DONE_BY_THE_RECORD("done, but .*|done on .*", "no final check"),
  FILE_WITHOUT_A_NODE_OF_THE_MOVE(
      "done on .*, but (BOOKIE|BROKER|bookie|broker) .* runs on .*",
      "not asked: (the file names the nodes of the move|every bookie is named)",
      "always true: the configuration names every bookie",
      "no final check"),
  STORES_OF_ANOTHER_MOVE("the tool wrote to a foreign .*", "each store is the right one"),
  NOTHING_ASKED_AFTER_THE_ANSWER(".*", "nothing is asked again"),
  HOOK_BEFORE_ITS_RECORD(".*", "the step is recorded after its act: fence"),
  FENCE_THAT_IS_GONE(
      "done on .*, but the fence on ZooKeeper is .*",
      "always true: the fence is in place.*",
      "not asked: the fence is intact",
      "no final check"),
  TWO_BOOKIES_DOWN(
      ".* was stopped while .* is down",
      "always true: every other bookie is up",
      "not asked: the other bookies are up"),
  ACTS_WITHOUT_THE_LOCK("a process without the lock did .*", "the lock is not confirmed.*");

  /** What the search has to find then. */
  final String violation;

  private final String planted;

  KnownFault(String violation, String... planted) {
    this.violation = violation;
    this.planted = String.join("|", planted);
  }

  /** The sites at which it is planted. */
  Set<Site> in(Set<Site> all) {
    Set<Site> sites = new TreeSet<>(all);
    sites.removeIf(site -> !site.toString().matches(planted));
    return sites;
  }
}
