package io.metamigrate.migrator.switchover.node;

import java.util.Locale;

/** What a server is. */
public enum NodeKind {
  BOOKIE,
  BROKER,
  AUTORECOVERY;

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
