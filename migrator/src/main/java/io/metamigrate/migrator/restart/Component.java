package io.metamigrate.migrator.restart;

import java.util.Locale;

/** What kind of server a node is. */
public enum Component {
  BOOKIE,
  BROKER,
  AUTORECOVERY,
  PROXY,
  FUNCTION_WORKER,
  TOOLS;

  /** The name given to commands: {@code bookie}, {@code function-worker}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
