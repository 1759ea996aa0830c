package io.metamigrate.migrator.run;

import io.metamigrate.migrator.phase.StoreCheck.Mismatch;
import io.metamigrate.migrator.plan.Finding;
import java.util.List;

/** Findings or the state of the move do not allow what was asked; nothing was written. */
public final class BlockedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  BlockedException(List<Finding> findings) {
    super(text(findings));
    this.findings = List.copyOf(findings);
  }

  public BlockedException(String id, String message, String remedy) {
    this(List.of(Finding.blocker(id, "", message, remedy)));
  }

  public static BlockedException of(Mismatch mismatch) {
    return new BlockedException(mismatch.id(), mismatch.message(), mismatch.remedy());
  }

  public List<Finding> findings() {
    return findings;
  }

  private static String text(List<Finding> findings) {
    return String.join("\n", findings.stream().map(BlockedException::line).toList());
  }

  private static String line(Finding finding) {
    return "%s: %s; %s".formatted(finding.id(), finding.message(), finding.remedy());
  }
}
