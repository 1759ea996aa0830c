package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class KubernetesFailureTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181", "bookie-0");

  /** Such an exception has no code of HTTP; a step waits for the server instead of failing. */
  @Test
  void serverThatCannotBeReachedIsAskedAgain() {
    StepOutcome outcome =
        KubernetesFailure.of(
            BOOKIE,
            new KubernetesClientException(
                "Operation: [get] failed.",
                new IOException("An error", new IOException("Connection refused"))));

    assertThat(outcome).isInstanceOf(StepOutcome.NotYet.class);
    assertThat(((StepOutcome.NotYet) outcome).reason())
        .isEqualTo(BOOKIE + ": the API server did not answer: Connection refused");
  }
}
