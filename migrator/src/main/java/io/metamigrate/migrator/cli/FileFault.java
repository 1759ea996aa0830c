package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Why a file that the command line names cannot be read or written. */
final class FileFault {
  private FileFault() {}

  static ConfigurationException notRead(Path file, String what, IOException cause) {
    String why =
        cause instanceof NoSuchFileException
            ? "there is no such file"
            : Files.isDirectory(file) ? "it is a folder" : "check who may read it";
    return fault(file, what + " cannot be read: " + why);
  }

  static ConfigurationException notWritten(Path file, String what, IOException cause) {
    return fault(
        file,
        what
            + " cannot be written: "
            + obstacle(file).orElse("check the disk and who may write there (" + cause + ")"));
  }

  /**
   * Checks before the work begins, so that its result is not lost.
   *
   * @throws ConfigurationException if the file cannot be written
   */
  static void checkWritable(Path file, String what) {
    obstacle(file)
        .ifPresent(
            why -> {
              throw fault(file, what + " cannot be written: " + why);
            });
  }

  private static Optional<String> obstacle(Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    if (Files.isDirectory(file)) {
      return Optional.of("it is a folder; give the path of a file");
    }
    if (isSpecial(file)) {
      return Optional.of("it is a pipe or device; give the path of a file");
    }
    if (!Files.isDirectory(folder)) {
      return Optional.of("the folder " + folder + " does not exist");
    }
    boolean writable = Files.isWritable(Files.exists(file) ? file : folder);
    return writable ? Optional.empty() : Optional.of("this user may not write there");
  }

  /** Opening a pipe blocks until its other end is opened, too. */
  static boolean isSpecial(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  private static ConfigurationException fault(Path file, String message) {
    return new ConfigurationException(new Fault(file.toString(), "", message));
  }
}
