package io.metamigrate.verifier.tls;

/** A PEM file cannot be used; the message names the setting, the file, the fault and the remedy. */
public final class TlsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
