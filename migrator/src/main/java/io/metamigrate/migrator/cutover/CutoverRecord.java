package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a finished cutover leaves for the operator's files.
 *
 * @param state steps with their times, the fence with the access lists as they were, the proof of
 *     the commit
 * @param settings what components were given to run on etcd
 * @param before what each node had, as the driver read it
 * @param notes what could not be determined at the end
 */
public record CutoverRecord(
    CutoverState state,
    Checkpoint checkpoint,
    Map<String, Settings> settings,
    Map<String, NodeConfiguration> before,
    String finalizedBy,
    Instant finalizedAt,
    List<String> notes) {
  public CutoverRecord {
    settings = new TreeMap<>(settings);
    before = new TreeMap<>(before);
    notes = List.copyOf(notes);
  }

  static Map<String, Settings> settings(SettingsOverlays overlays) {
    return Map.of(
        Component.BROKER.label(),
        overlays.of(Component.BROKER, Store.ETCD, GarbageCollection.ENABLED).settings(),
        Component.BOOKIE.label(),
        overlays.of(Component.BOOKIE, Store.ETCD, GarbageCollection.ENABLED).settings());
  }

  /** On disk when this returns; a file that is there is replaced whole. */
  static void write(Path file, byte[] json) {
    try {
      Path target = file.toAbsolutePath();
      Path beside = target.resolveSibling(target.getFileName() + ".part");
      Files.write(beside, json);
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          beside,
          target,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("the cutover record " + file + " could not be written", e);
    }
  }
}
