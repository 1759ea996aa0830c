package io.metamigrate.verifier.report;

import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outcome of one verification; also the JSON document of {@code verify}, field by field.
 *
 * @param zxid the highest zxid seen on ZooKeeper
 * @param etcdRevision the revision of etcd that was compared
 * @param compared nodes that must be the same in both stores
 * @param skipped nodes that are not carried over, counted by reason
 * @param differences the first hundred
 */
public record VerificationReport(
    boolean consistent,
    Zxid zxid,
    Revision etcdRevision,
    long compared,
    long same,
    long missing,
    long extra,
    long different,
    Map<String, Long> skipped,
    List<GroupCount> groups,
    List<CheckResult> checks,
    List<Difference> differences,
    double seconds) {
  public static final int MOST_DIFFERENCES = 100;

  public VerificationReport {
    skipped = java.util.Collections.unmodifiableMap(new TreeMap<>(skipped));
    groups = List.copyOf(groups);
    checks = List.copyOf(checks);
    differences = List.copyOf(differences);
  }

  public List<CheckResult> failedChecks() {
    return checks.stream().filter(check -> !check.ok()).toList();
  }
}
