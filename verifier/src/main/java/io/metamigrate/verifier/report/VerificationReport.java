package io.metamigrate.verifier.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.metamigrate.verifier.report.CheckResult.CheckState;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The outcome of one verification; also the JSON document of {@code verify}, field by field.
 *
 * @param consistent whether the answer is yes: at least one node was compared or known to be
 *     unchanged, none differs, no check failed, and no check that the question covers was not run
 * @param extent what was read
 * @param counts what was found
 * @param differences the first hundred
 */
public record VerificationReport(
    boolean consistent,
    Question question,
    @JsonUnwrapped Extent extent,
    @JsonUnwrapped Counts counts,
    List<CheckResult> checks,
    List<Difference> differences,
    double seconds) {
  public static final int MAX_DIFFERENCES = 100;

  /** The reason under which nodes are skipped that did not change since an earlier verification. */
  public static final String NOT_CHANGED = "not-changed";

  /**
   * The reason of empty parents that ZooKeeper has removed by itself ({@code ContainerManager}) and
   * etcd still has.
   */
  public static final String REAPED = "reaped-container";

  /** The reason of empty parents that only ZooKeeper has. */
  public static final String EMPTY_PARENT = "empty-parent";

  /**
   * What was read of both stores.
   *
   * @param leftOut znodes that the cluster needs and the scope leaves out, by root; empty if
   *     nothing is left out or nobody counted
   * @param zxid the highest zxid seen on ZooKeeper
   * @param etcdRevision the revision of etcd that was compared
   * @param position where a later verification of the same scope may continue; absent if the stores
   *     differ, or there are two ZooKeepers
   * @param digest of all values as they were first read; absent if not all were
   */
  public record Extent(
      Map<String, Long> leftOut,
      Zxid zxid,
      Revision etcdRevision,
      Optional<Position> position,
      Optional<Digest> digest) {
    public Extent {
      leftOut = java.util.Collections.unmodifiableMap(new TreeMap<>(leftOut));
    }
  }

  /**
   * How many nodes are equal and how many are not.
   *
   * @param compared nodes that must be the same in both stores
   * @param same nodes that are equal
   * @param missing nodes that only ZooKeeper has
   * @param extra nodes that only etcd has
   * @param different nodes with different values
   * @param skipped nodes that are not migrated, counted by reason
   */
  public record Counts(
      long compared,
      long same,
      long missing,
      long extra,
      long different,
      Map<String, Long> skipped,
      List<GroupCount> groups) {
    public Counts {
      skipped = java.util.Collections.unmodifiableMap(new TreeMap<>(skipped));
      groups = List.copyOf(groups);
    }
  }

  public VerificationReport {
    checks = List.copyOf(checks);
    differences = List.copyOf(differences);
  }

  /**
   * The same, whose position names the stores; without a name there is none to continue from.
   *
   * @param mark revision of the move's last own write, before anything was read. The position goes
   *     no further: an etcd that was restored from before may have been written further, but not by
   *     the move.
   */
  public VerificationReport of(Optional<String> stores, Revision mark) {
    return new VerificationReport(
        consistent,
        question,
        new Extent(
            leftOut(),
            zxid(),
            etcdRevision(),
            position().flatMap(at -> stores.map(name -> at.of(name, mark))),
            digest()),
        counts,
        checks,
        differences,
        seconds);
  }

  Map<String, Long> leftOut() {
    return extent.leftOut();
  }

  public Zxid zxid() {
    return extent.zxid();
  }

  public Revision etcdRevision() {
    return extent.etcdRevision();
  }

  public Optional<Position> position() {
    return extent.position();
  }

  public Optional<Digest> digest() {
    return extent.digest();
  }

  /** Nodes that must be the same in both stores. */
  public long compared() {
    return counts.compared();
  }

  /** Nodes that differ in any way. */
  public long differing() {
    return counts.missing() + counts.extra() + counts.different();
  }

  public Map<String, Long> skipped() {
    return counts.skipped();
  }

  /** Nodes left out because neither store has changed them since an earlier verification. */
  long notChanged() {
    return skipped().getOrDefault(NOT_CHANGED, 0L);
  }

  /** Whether nothing was compared, so that there is no answer. */
  @JsonIgnore
  public boolean isEmpty() {
    return compared() == 0 && notChanged() == 0;
  }

  public List<CheckResult> failedChecks() {
    return withState(CheckState.FAILED);
  }

  /** Checks whose input is outside of the question. */
  public List<CheckResult> checksNotRun() {
    return withState(CheckState.NOT_RUN);
  }

  private List<CheckResult> withState(CheckState state) {
    return checks.stream().filter(check -> check.state() == state).toList();
  }
}
