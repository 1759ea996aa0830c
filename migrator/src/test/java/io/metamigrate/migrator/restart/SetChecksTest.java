package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A set whose pods would come back otherwise than they are, or cannot be counted from 0. */
final class SetChecksTest {
  @Test
  void setWhosePodsAreCurrentHasNoFinding() {
    assertThat(SetChecks.of(set(), List.of(pod("bookie-0", "b"), pod("bookie-1", "b")))).isEmpty();
  }

  /** {@code OnDelete}, a partition, or a roll-out that is stuck. */
  @Test
  void templateThatPodsDoNotHaveYetNeedsConfirmation() {
    assertThat(SetChecks.of(set(), List.of(pod("bookie-0", "a"), pod("bookie-1", "b"))))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.message()).contains("(bookie-0)", "PENDING_CHANGES");
              assertThat(found.blocks()).isTrue();
              assertThat(found.acceptAs()).contains("PENDING_CHANGES:bookie");
            });
  }

  @Test
  void podsThatDifferInTheMiddleOfAMoveAreExpected() {
    StatefulSet set = set();
    TemplateLayer.put(set, Set.of("a"), Map.of("a", "b"), Optional.empty());
    assertThat(SetChecks.of(set, List.of(pod("bookie-0", "a")))).isEmpty();

    StatefulSet pinned = set();
    SetState.pin(pinned);
    assertThat(SetChecks.of(pinned, List.of(pod("bookie-0", "a")))).isEmpty();
  }

  @Test
  void setThatDoesNotCountFromZeroBlocks() {
    StatefulSet set = new StatefulSetBuilder(set()).editSpec().withNewOrdinals(3).endSpec().build();

    assertThat(SetChecks.of(set, List.of(pod("bookie-3", "b"))))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.blocks()).isTrue();
              assertThat(found.acceptAs()).isEmpty();
              assertThat(found.message()).contains("spec.ordinals.start");
            });
  }

  private static Pod pod(String name, String revision) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("controller-revision-hash", revision)
        .endMetadata()
        .withNewSpec()
        .withNodeName("n1")
        .endSpec()
        .build();
  }

  private static StatefulSet set() {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("bookie")
        .withGeneration(1L)
        .endMetadata()
        .withNewSpec()
        .withReplicas(2)
        .withNewTemplate()
        .withNewSpec()
        .addNewContainer()
        .withName("bookie")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(1L)
        .withUpdateRevision("b")
        .endStatus()
        .build();
  }
}
