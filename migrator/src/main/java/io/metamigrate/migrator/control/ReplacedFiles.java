package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.config.OperatorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are read again after they were replaced, as cert-manager and certbot replace
 * certificates. Files that cannot be used change nothing. For one thread at a time.
 */
final class ReplacedFiles {
  private static final Logger log = LoggerFactory.getLogger(ReplacedFiles.class);

  private final String what;
  private final List<Path> files;
  private final Runnable reading;
  private final Consumer<Optional<String>> refusal;
  private String read = "";
  private String refused = "";
  private String warned = "";

  /**
   * Files that have been read. The first check reads them again, in case they were replaced
   * meanwhile.
   *
   * @param what of the configuration they belong to
   * @param reading reads them again, and throws {@link ConfigurationException} if they cannot be
   *     used
   * @param refusal receives the cause if the new files cannot be used; empty once they can again
   */
  ReplacedFiles(
      String what, List<Path> files, Runnable reading, Consumer<Optional<String>> refusal) {
    this.what = what;
    this.files = List.copyOf(files);
    this.reading = reading;
    this.refusal = refusal;
  }

  /**
   * Reads them if they have changed. What is refused is reported by the second check that finds it
   * so, since certificate and key are written one after the other.
   */
  void check() {
    String now = state();
    if (files.isEmpty() || now.equals(read)) {
      return;
    }
    try {
      readAll();
      if (!read.isEmpty()) {
        log.info("control interface: files of {} were replaced, and are in use now", what);
      }
      read = now;
      if (!warned.isEmpty()) {
        refusal.accept(Optional.empty());
        warned = "";
      }
    } catch (ConfigurationException e) {
      if (now.equals(refused) && !now.equals(warned)) {
        log.warn(
            "control interface: replaced files cannot be used, and the earlier ones stay in use:"
                + " {}",
            e.getMessage());
        warned = now;
        refusal.accept(Optional.of(String.valueOf(e.getMessage())));
      }
      refused = now;
    }
  }

  /**
   * Reads them.
   *
   * @throws ConfigurationException if they cannot be used
   */
  private void readAll() {
    for (Path file : files) {
      Optional<String> fault = OperatorFile.fault(file);
      if (fault.isPresent()) {
        throw new ConfigurationException(new Fault(what, "", file + " " + fault.get()));
      }
    }
    reading.run();
  }

  /**
   * Changes with each file and its content, and with owner, mode or time of change where the file
   * system keeps those.
   */
  private String state() {
    List<Object> state = new ArrayList<>();
    for (Path file : files) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        Object changed =
            file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(file, "unix:ctime")
                : found.lastModifiedTime();
        state.add(List.of(String.valueOf(found.fileKey()), changed, found.size()));
      } catch (IOException e) {
        state.add("absent");
      }
    }
    return state.toString();
  }
}
