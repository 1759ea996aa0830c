package io.metamigrate.migrator.restart;

import com.google.common.base.Throwables;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** What an answer of the API server that is not the wanted one means. */
final class KubernetesFailure {
  private KubernetesFailure() {}

  /** A refusal is final; a conflict, a busy or an unreachable server is worth asking again. */
  static StepOutcome of(Node node, KubernetesClientException failure) {
    int code = failure.getCode();
    boolean answered = code > 0;
    String said =
        node
            + ": the API server "
            + (answered
                ? "answered " + code + ": " + failure.getMessage()
                : "did not answer: " + reason(failure));
    boolean again = !answered || code == 409 || code == 429 || code >= 500;
    return again ? StepOutcome.notYet(said) : StepOutcome.failed(said);
  }

  /** Without an answer only the first cause describes the fault. */
  static String reason(KubernetesClientException failure) {
    Throwable first = failure.getCode() > 0 ? failure : Throwables.getRootCause(failure);
    return first.getMessage() == null ? first.toString() : first.getMessage();
  }
}
