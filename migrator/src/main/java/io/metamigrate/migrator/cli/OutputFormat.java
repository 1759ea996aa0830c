package io.metamigrate.migrator.cli;

import java.util.Locale;

/** For people or for machines. */
enum OutputFormat {
  TEXT,
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
