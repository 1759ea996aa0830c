package io.metamigrate.migrator.cutover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Where a stop is recorded that etcd cannot take: a file {@code stopped-CLUSTER-MILLIS.json} in the
 * state folder.
 */
final class StopFile {
  private final Path folder;

  StopFile(Path folder) {
    this.folder = folder;
  }

  /** What the file holds. */
  record Content(
      String cluster,
      String step,
      String reason,
      String notRecorded,
      Instant at,
      List<String> next) {}

  /** Writes it; answers a sentence for the operator that names the file, or why there is none. */
  String write(Content content) {
    String name =
        String.format(
            Locale.ROOT,
            "stopped-%s-%d.json",
            content.cluster().replaceAll("[^A-Za-z0-9._-]", "_"),
            content.at().toEpochMilli());
    Path file = folder.resolve(name).toAbsolutePath();
    try {
      Files.createDirectories(folder);
      Files.write(file, CutoverCodec.write(content));
      return "etcd did not record the stop; it is in " + file;
    } catch (IOException e) {
      return "etcd did not record the stop, and %s cannot be written (%s): %s"
          .formatted(file, e, new String(CutoverCodec.write(content), StandardCharsets.UTF_8));
    }
  }
}
