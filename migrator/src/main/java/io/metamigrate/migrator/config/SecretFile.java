package io.metamigrate.migrator.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A file that holds one secret. Only its path is kept; the secret is read when it is needed. */
public record SecretFile(Path path) {
  private static final int MAX_BYTES = 64 * 1024;

  public SecretFile {
    Objects.requireNonNull(path, "path");
  }

  /**
   * The secret, without the line end that editors add.
   *
   * @throws ConfigurationException when the file cannot be read, is empty or is no secret's size
   */
  public String read() {
    String secret;
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw fault("the file is larger than 64 KiB; which is too large for a password or token");
      }
      secret = Files.readString(path).strip();
    } catch (IOException e) {
      throw fault("the file cannot be read; check that it exists and who may read it");
    }
    if (secret.isEmpty()) {
      throw fault("the file is empty; write the password or token into it");
    }
    return secret;
  }

  private ConfigurationException fault(String message) {
    return new ConfigurationException(new Fault(path.toString(), "", message));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
