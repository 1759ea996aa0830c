package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;

/**
 * A Deployment seen as a StatefulSet: the same metadata, template, number of pods and status, so
 * that what scales and configures a set works on both. Its pods have no names of their own, so all
 * of them are one node, and the node is named as the Deployment.
 */
final class DeploymentView {
  private static final String KIND = "Deployment";

  private DeploymentView() {}

  static StatefulSet of(Deployment deployment) {
    Deployment copy = Serialization.clone(deployment);
    StatefulSet view =
        new StatefulSetBuilder()
            .withNewSpec()
            .withReplicas(Optional.ofNullable(copy.getSpec().getReplicas()).orElse(1))
            .withSelector(copy.getSpec().getSelector())
            .withTemplate(copy.getSpec().getTemplate())
            .withPodManagementPolicy("Parallel")
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(
                copy.getStatus() == null ? null : copy.getStatus().getObservedGeneration())
            .endStatus()
            .build();
    view.setMetadata(copy.getMetadata());
    view.setKind(KIND);
    return view;
  }

  static boolean isDeployment(StatefulSet set) {
    return KIND.equals(set.getKind());
  }

  /** Metadata with the version that was seen, so that a change in between is refused. */
  static void write(StatefulSet view, Deployment deployment) {
    deployment.setMetadata(view.getMetadata());
    deployment.getSpec().setReplicas(view.getSpec().getReplicas());
    deployment.getSpec().setTemplate(view.getSpec().getTemplate());
  }
}
