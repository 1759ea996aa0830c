package io.metamigrate.migrator.restart;

import com.google.common.base.Throwables;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** What an answer of the API server that is not the wanted one means. */
final class KubernetesFailure {
  private KubernetesFailure() {}

  /**
   * A refusal is final, and so is a certificate that does not fit; a conflict, a busy or an
   * unreachable server is worth asking again.
   */
  static StepOutcome of(Node node, KubernetesClientException failure) {
    int code = failure.getCode();
    boolean answered = code > 0;
    String text =
        node
            + ": the API server "
            + (answered
                ? "answered " + code + ": " + failure.getMessage()
                : (isTls(failure) ? "failed the TLS handshake: " : "did not answer: ")
                    + reason(failure));
    boolean again = answered ? code == 409 || code == 429 || code >= 500 : !isTls(failure);
    return again ? StepOutcome.notYet(text) : StepOutcome.failed(text);
  }

  /** A handshake that did not end with a connection, as with a server that stops, is none. */
  private static boolean isTls(KubernetesClientException failure) {
    Throwable root = Throwables.getRootCause(failure);
    return Throwables.getCausalChain(failure).stream()
            .anyMatch(SSLHandshakeException.class::isInstance)
        && (root instanceof SSLException || !(root instanceof IOException));
  }

  /** Without an answer only the first cause describes the fault. */
  static String reason(KubernetesClientException failure) {
    Throwable first = failure.getCode() > 0 ? failure : Throwables.getRootCause(failure);
    return first.getMessage() == null ? first.toString() : first.getMessage();
  }
}
