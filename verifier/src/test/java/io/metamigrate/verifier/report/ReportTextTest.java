package io.metamigrate.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReportTextTest {
  private static final CheckResult PASSED = CheckResult.of("ONE", true, "fine", List.of("/"));
  private static final CheckResult FAILED = CheckResult.of("TWO", false, "not fine", List.of("/"));

  private static final CheckResult NOT_RUN =
      CheckResult.notRun("THREE", "it reads /b", List.of("/b"));

  @Test
  void lastLineOfACopyIsYes() {
    String text = ReportText.of(report(0, List.of(PASSED), List.of()));

    assertThat(text)
        .contains(
            "zxid 0xff",
            "revision 42",
            "Digest of what both hold: d1",
            "1.5 s",
            "/admin/**",
            "bookie-registration",
            "ok")
        .doesNotContain("Differences")
        .endsWith("YES: 1,234 nodes compared, all the same; every check passed.\n");
  }

  @Test
  void lastLineCountsKindsAndNamesFailedChecks() {
    Difference difference = new Difference(new ZkPath("/x"), "missing", "on ZooKeeper only");

    String text = ReportText.of(report(1, List.of(PASSED, FAILED), List.of(difference)));

    assertThat(text)
        .contains(
            "Digest of ZooKeeper d1, of etcd d2", "FAILED TWO", "missing /x on ZooKeeper only")
        .doesNotContain("more")
        .endsWith(
            "NO: 1,234 nodes compared: missing 1, extra 0, different 0; failed checks: TWO.\n");
  }

  @Test
  void reportsHowManyDifferencesAreNotShown() {
    Difference difference = new Difference(new ZkPath("/x"), "missing", "on ZooKeeper only");

    assertThat(ReportText.of(report(1_001, List.of(PASSED), List.of(difference))))
        .contains("and 1,000 more");
  }

  @Test
  void restrictedYesNamesItsScope() {
    VerificationReport whole = report(0, List.of(PASSED, NOT_RUN), List.of());
    VerificationReport part =
        new VerificationReport(
            true,
            Question.of(
                new Scope(List.of(ZkPath.ROOT), List.of(new ZkPath("/b"))), Optional.empty()),
            new VerificationReport.Extent(
                Map.of("/b", 1_200L),
                whole.zxid(),
                whole.etcdRevision(),
                Optional.empty(),
                whole.digest()),
            new VerificationReport.Counts(10, 10, 0, 0, 0, Map.of(), List.of()),
            whole.checks(),
            List.of(),
            1);

    assertThat(ReportText.of(part))
        .contains("not-run THREE")
        .endsWith(
            "YES for everything but /b: 10 nodes compared, all the same; 1 checks passed; not run,"
                + " because they read what is outside of the compared paths: THREE; 1,200 nodes of"
                + " /b left out by the configured scope.\n");
  }

  /** Scripts read the document field by field; how the record is grouped must not show. */
  @Test
  void documentIsFlat() {
    List<String> fields = new ArrayList<>();
    JsonMapper.builder()
        .addModule(new Jdk8Module())
        .build()
        .valueToTree(report(0, List.of(PASSED), List.of()))
        .fieldNames()
        .forEachRemaining(fields::add);

    assertThat(fields)
        .containsExactly(
            "consistent",
            "question",
            "leftOut",
            "zxid",
            "etcdRevision",
            "position",
            "digest",
            "compared",
            "same",
            "missing",
            "extra",
            "different",
            "skipped",
            "groups",
            "checks",
            "differences",
            "seconds");
  }

  private static VerificationReport report(
      long missing, List<CheckResult> checks, List<Difference> differences) {
    return new VerificationReport(
        missing == 0 && checks.stream().allMatch(CheckResult::ok),
        Question.of(Scope.ALL, Optional.empty()),
        new VerificationReport.Extent(
            Map.of(),
            new Zxid(255),
            new Revision(42),
            Optional.empty(),
            Optional.of(new Digest("d1", missing == 0 ? "d1" : "d2", "d1"))),
        new VerificationReport.Counts(
            1_234,
            1_234 - missing,
            missing,
            0,
            0,
            Map.of("bookie-registration", 3L),
            List.of(new GroupCount("/admin/**", 1_234, 1_234 - missing, missing, 0))),
        checks,
        differences,
        1.5);
  }
}
