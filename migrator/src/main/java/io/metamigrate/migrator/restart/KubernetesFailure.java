package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What an answer of the API server that is not the wanted one means. */
final class KubernetesFailure {
  private KubernetesFailure() {}

  /** A refusal is final; a conflict, a busy or an unreachable server is worth asking again. */
  static StepOutcome of(Node node, KubernetesClientException failure) {
    int code = failure.getCode();
    String said =
        node
            + ": the API server "
            + (code == 0 ? "did not answer: " : "answered " + code + ": ")
            + failure.getMessage();
    boolean again = code == 0 || code == 409 || code == 429 || code >= 500;
    return again ? StepOutcome.notYet(said) : StepOutcome.failed(said);
  }
}
