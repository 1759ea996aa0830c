package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.CommitProof;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Checkpoint.Verified;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.report.VerificationReport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Proves that etcd equals ZooKeeper, and that no ledger id can be allocated twice. */
final class VerifyStep extends StepDefinition {
  VerifyStep() {
    super(
        Phase.VERIFYING,
        "verify",
        new Texts(
            "Compare both stores in full", "read both stores side by side", "nothing to undo"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.lastChangesAreApplied());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Conditions.storesWereCompared(),
        Condition.shownByAct("the next ledger id on etcd is above ZooKeeper's"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    return verify(here);
  }

  static String verify(StepContext here) {
    CutoverContext context = here.context();
    here.fence().coveredByComparison();
    VerificationReport report = here.comparison().compare();
    if (!report.checksNotRun().isEmpty()) {
      throw new StepFailedException(
          "not every check was run, because the scope leaves out what it reads: "
              + report.checksNotRun().get(0).id());
    }
    if (!here.comparison().isEqual(report)) {
      throw new StoresDifferException(StoreComparison.describe(report));
    }
    Sequences sequences = SeedWriter.sequences(context.stores());
    requireNoIdTwice(sequences, context.services().following().largestLedger().orElse(-1));
    here.fence().refuseLateWrites();
    record(context, report, sequences);
    return "%d nodes compared and equal; next ledger id %d on etcd, %d on ZooKeeper"
        .formatted(
            report.compared(), sequences.nextLedgerIdOnTarget(), sequences.nextLedgerIdOnSource());
  }

  private static void requireNoIdTwice(Sequences sequences, long highest) {
    if (sequences.nextLedgerIdOnTarget() < sequences.nextLedgerIdOnSource()
        || sequences.nextLedgerIdOnTarget() <= highest) {
      throw new StepFailedException(
          "the next ledger id on etcd is %d, on ZooKeeper %d, and the highest ledger is %d: ids would be allocated twice"
              .formatted(
                  sequences.nextLedgerIdOnTarget(), sequences.nextLedgerIdOnSource(), highest));
    }
  }

  private static void record(
      CutoverContext context, VerificationReport report, Sequences sequences) {
    context
        .journal()
        .checkpoint(
            c -> c.verified(Verified.of(report, context.journal().now()), context.journal().now()));
    context
        .journal()
        .change(
            state ->
                state.withCommitProof(
                    Optional.of(
                        new CommitProof(
                            context.journal().holder(),
                            context.journal().now(),
                            report.zxid(),
                            report.etcdRevision(),
                            report.compared(),
                            report.digest().orElseThrow(),
                            sequences.nextLedgerIdOnSource(),
                            sequences.nextLedgerIdOnTarget()))));
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.FORWARD);
  }
}
