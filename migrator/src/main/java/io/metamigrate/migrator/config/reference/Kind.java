package io.metamigrate.migrator.config.reference;

/** The type of a value, as the reference page names it. */
public enum Kind {
  TEXT("text"),
  VERSION("release, X.Y.Z"),
  ZOOKEEPER("HOST:PORT[,HOST:PORT][/CHROOT]"),
  ETCD("list of URLs, or one text with commas"),
  ADDRESS("HOST:PORT"),
  URL("URL"),
  COMMAND("shell command"),
  FILE("file"),
  SECRET_FILE("file that holds one secret"),
  FLAG("true or false"),
  DURATION("number with unit: ms, s, m, h, d"),
  COUNT("whole number"),
  RATE("whole number a second, 0 for no limit"),
  PERCENT("percent, 0 to 100"),
  CHOICE("one word"),
  LIST("list, or one text with commas"),
  MAP("keys of your own with one value each");

  private final String title;

  Kind(String title) {
    this.title = title;
  }

  /** For people, with the unit. */
  String title() {
    return title;
  }
}
