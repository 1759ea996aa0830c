package io.metamigrate.verifier.store;

import java.util.List;

/**
 * Keeps vert.x from making a directory for files that are never served: a killed process would
 * leave it behind. vert.x reads these properties once, when the first instance of the process is
 * made, so whoever makes one calls this first.
 */
public final class VertxFiles {
  private VertxFiles() {}

  /** What the operator has set stays. */
  public static void disable() {
    for (String unused : List.of("vertx.disableFileCPResolving", "vertx.disableFileCaching")) {
      System.setProperty(unused, System.getProperty(unused, "true"));
    }
  }
}
