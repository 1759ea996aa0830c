package io.metamigrate.migrator.switchover.node;

import io.metamigrate.migrator.switchover.side.StoreKind;
import java.util.Locale;

/**
 * What a server is configured with, or runs with.
 *
 * @param store its metadata store
 * @param collectsGarbage whether a bookie may delete ledgers that its store does not list
 * @param layer the rest, as the driver encodes it
 */
public record NodeSettings(StoreKind store, boolean collectsGarbage, String layer) {
  /** Readable and reversible, for the record of what was found. */
  public String text() {
    return store + " " + collectsGarbage + " " + layer;
  }

  public static NodeSettings parse(String text) {
    String[] parts = text.split(" ", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not the settings of a node: " + text);
    }
    return new NodeSettings(
        StoreKind.valueOf(parts[0].toUpperCase(Locale.ROOT)),
        Boolean.parseBoolean(parts[1]),
        parts[2]);
  }
}
