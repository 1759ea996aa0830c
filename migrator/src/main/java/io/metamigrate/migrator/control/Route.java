package io.metamigrate.migrator.control;

/**
 * One thing that can be asked for.
 *
 * @param method {@code GET} or {@code POST}
 * @param path matched as a whole
 * @param access who may ask
 */
public record Route(String method, String path, Access access, Handler handler) {
  /** Who may ask. */
  public enum Access {
    /** Anybody who can connect: the answer holds nothing confidential. */
    OPEN,
    /** With the token if the operator has configured one. */
    READ,
    /** With the token, always. */
    CHANGE
  }

  /** Answers one request; called by several threads. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers.
     *
     * @throws IllegalArgumentException when the request makes no sense; its message is the answer
     */
    Response answer(RouteRequest request);
  }
}
