package io.metamigrate.migrator.run;

import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.verifier.report.VerificationReport;
import java.util.Optional;

/**
 * What a run did; also the JSON document of {@code run --once}.
 *
 * @param outcome copied, nothing-to-do or dry-run
 * @param put keys put, seeds not counted
 * @param deleted keys deleted
 * @param seeded puts on the parents of sequential nodes
 * @param copySeconds time of the writing pass
 * @param copyRatePerSecond keys per second of that pass
 * @param verification of the end; absent for a dry run
 */
public record RunResult(
    String outcome,
    String cluster,
    long put,
    long deleted,
    long seeded,
    double copySeconds,
    long copyRatePerSecond,
    boolean rehearsal,
    Plan plan,
    Optional<VerificationReport> verification) {
  static final String COPIED = "copied";
  static final String NOTHING_TO_DO = "nothing-to-do";
  static final String DRY_RUN = "dry-run";
}
