package io.metamigrate.migrator.run;

import io.metamigrate.migrator.plan.PlanContract;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.Set;

/**
 * What the operator decides for one run.
 *
 * @param dryRun write nothing, report what would be written
 * @param rehearsal copy beside registered brokers; not a copy to start brokers on
 * @param accepted blockers accepted by id
 * @param acceptForeign keys whose foreign change is accepted
 * @param contract the saved plan that the run is held to
 */
public record RunOptions(
    boolean dryRun,
    boolean rehearsal,
    Set<String> accepted,
    Set<ZkPath> acceptForeign,
    Optional<PlanContract> contract) {
  public RunOptions {
    accepted = Set.copyOf(accepted);
    acceptForeign = Set.copyOf(acceptForeign);
  }

  /** For the daemon, which follows a serving cluster: registered brokers are as they should be. */
  RunOptions serving() {
    return new RunOptions(dryRun, true, accepted, acceptForeign, contract);
  }
}
