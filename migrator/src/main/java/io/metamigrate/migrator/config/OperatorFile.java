package io.metamigrate.migrator.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a file that the operator names can be read, and again later. A pipe without a writer
 * blocks its reader indefinitely, and a pipe of a shell gives its text only once.
 */
public final class OperatorFile {
  /** In MiB; no certificate, JAAS file or compose file is as large. */
  private static final int LARGEST = 16;

  private OperatorFile() {}

  static boolean isUsable(Path file) {
    return fault(file).isEmpty();
  }

  /** What is wrong with the file and what to do: a clause after its path. */
  public static Optional<String> fault(Path file) {
    String why = null;
    try {
      if (Files.isDirectory(file)) {
        why = "is a folder; give the path of a file";
      } else if (!Files.isReadable(file)) {
        why = "is not a file that this user can read; check the path and its rights";
      } else if (!Files.isRegularFile(file)) {
        why = "is a pipe, socket or device; give the path of a regular file";
      } else if (Files.size(file) > LARGEST << 20) {
        why = "is larger than %d MiB; give the path of the right file".formatted(LARGEST);
      }
    } catch (IOException e) {
      why = "cannot be read; check the path and its rights";
    }
    return Optional.ofNullable(why);
  }
}
