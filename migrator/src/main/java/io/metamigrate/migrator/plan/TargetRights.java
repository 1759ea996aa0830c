package io.metamigrate.migrator.plan;

import java.util.List;

/** What the user of etcd lacks, as findings. */
public final class TargetRights {
  /** The finding's id. */
  public static final String ID = "TARGET_RIGHTS_MISSING";

  private TargetRights() {}

  /**
   * One blocker for each right.
   *
   * @param missing a line for each
   */
  public static List<Finding> findings(List<String> missing) {
    return missing.stream()
        .map(
            line ->
                Finding.blocker(
                    ID,
                    "etcd",
                    line,
                    "the role needs read on all keys, and readwrite on the prefixes / and metamigrate/"))
        .toList();
  }
}
