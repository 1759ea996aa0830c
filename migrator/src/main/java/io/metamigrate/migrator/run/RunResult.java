package io.metamigrate.migrator.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.verifier.report.VerificationReport;
import java.util.Optional;

/**
 * What a run did; also the JSON document of {@code run --once}.
 *
 * @param outcome copied, nothing-to-do or dry-run
 * @param writes what it wrote; its fields are fields of the document
 * @param verification of the end; absent for a dry run
 */
public record RunResult(
    String outcome,
    String cluster,
    @JsonUnwrapped Writes writes,
    boolean rehearsal,
    Plan plan,
    Optional<VerificationReport> verification) {
  static final String COPIED = "copied";
  static final String NOTHING_TO_DO = "nothing-to-do";
  static final String DRY_RUN = "dry-run";

  /**
   * What a run wrote.
   *
   * @param put keys put, seeds not counted
   * @param deleted keys deleted
   * @param seeded puts on the parents of sequential nodes
   * @param copySeconds time of the first pass
   * @param copyRatePerSecond keys per second of that pass
   */
  public record Writes(
      long put, long deleted, long seeded, double copySeconds, long copyRatePerSecond) {
    static final Writes NOTHING = of(0, 0, 0, 0);

    static Writes of(long put, long deleted, long seeded, double seconds) {
      long rate = seconds > 0 ? Math.round((put + deleted) / seconds) : 0;
      return new Writes(put, deleted, seeded, seconds, rate);
    }
  }
}
