package io.metamigrate.migrator.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users other than owner and group may do with a file that holds a secret. One that they may
 * write is refused; one that they may read is only warned of, since volumes of Kubernetes give
 * secrets the mode 0644 by default ({@code SecretVolumeSource.defaultMode}, Kubernetes API).
 */
final class SecretRights {
  private static final Logger LOG = LoggerFactory.getLogger(SecretRights.class);

  private SecretRights() {}

  /**
   * Warns of a file that every user may read.
   *
   * @param key of the configuration, dotted
   * @return what is wrong with the file, if it is refused
   */
  static Optional<String> fault(String key, Path file) {
    Set<PosixFilePermission> rights;
    try {
      rights = Files.getPosixFilePermissions(file);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
    String mode = PosixFilePermissions.toString(rights);
    if (rights.contains(PosixFilePermission.OTHERS_WRITE)) {
      return Optional.of(
          "every user of this machine can write to %s (%s) and so replace the secret; run chmod 600 %s"
              .formatted(file, mode, file));
    }
    if (rights.contains(PosixFilePermission.OTHERS_READ)) {
      LOG.atWarn()
          .addKeyValue("key", key)
          .addKeyValue("file", file)
          .addKeyValue("mode", mode)
          .log("every user of this machine can read this secret; run chmod 600 on the file");
    }
    return Optional.empty();
  }
}
