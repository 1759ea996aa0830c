package io.metamigrate.migrator.deployment;

import java.util.Collection;
import java.util.List;

/** All rules, worst first. */
public final class DeploymentRules {
  private static final List<DeploymentRule> ALL =
      List.of(
          new BookieDataVolatile(),
          new StoreFormatForced(),
          new BookieIdIsAddress(),
          new OwnedByOperator(),
          new ManagedByGitOps(),
          new ScaledByItself(),
          new RestartedByOthers(),
          new VariablesNotRead(),
          new RemovedVariableUsed(),
          new SettingsOnVolume(),
          new SettingsOverridden(),
          new OtherMetadataUser(),
          new SetUpCommand(),
          new AsksZooKeeperAtStart(),
          new SlowStart());

  /** Of all their findings; runbooks/deployments.md explains each. */
  public static final List<String> IDS =
      List.of(
          BookieDataVolatile.ID,
          StoreFormatForced.ID,
          BookieIdIsAddress.ID,
          OwnedByOperator.ID,
          ManagedByGitOps.ID,
          ScaledByItself.ID,
          RestartedByOthers.ID,
          VariablesNotRead.ID,
          RemovedVariableUsed.ID,
          SettingsOnVolume.ID,
          SettingsOverridden.ID,
          OtherMetadataUser.ID,
          SetUpCommand.ID,
          AsksZooKeeperAtStart.ID,
          SlowStart.ID,
          PendingChanges.ID,
          NextPod.NO_NODE,
          NextPod.IMAGE,
          NextPod.OBJECT,
          NextPod.REFUSED,
          ServiceUnit.ID);

  private DeploymentRules() {}

  static int count() {
    return ALL.size();
  }

  /** What all rules find in these workloads. */
  public static List<DeploymentFinding> of(Collection<Workload> workloads) {
    return ALL.stream()
        .flatMap(rule -> workloads.stream().flatMap(one -> rule.findings(one).stream()))
        .toList();
  }
}
