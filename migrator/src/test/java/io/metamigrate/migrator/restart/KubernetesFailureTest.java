package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.EOFException;
import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
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

  /** An unknown issuer or another host's name stays wrong, however long a step waits. */
  @Test
  void certificateThatDoesNotFitIsFinal() {
    StepOutcome outcome = of(new CertificateException("No name matching api found"));

    assertThat(outcome).isInstanceOf(StepOutcome.Failed.class);
    assertThat(outcome.text())
        .contains("the API server failed the TLS handshake: No name matching api found");
  }

  /** As when the server stops in the middle of it. */
  @Test
  void handshakeThatIsCutOffIsTriedAgain() {
    assertThat(of(new EOFException("SSL peer shut down incorrectly")))
        .isInstanceOf(StepOutcome.NotYet.class);
  }

  private static StepOutcome of(Exception cause) {
    SSLHandshakeException handshake = new SSLHandshakeException("handshake");
    handshake.initCause(cause);
    return KubernetesFailure.of(
        BOOKIE,
        new KubernetesClientException("Operation: [get] failed.", new IOException(handshake)));
  }
}
