package io.metamigrate.migrator.config.reference;

/** The type of a value, as the reference page names it. */
public enum Kind {
  TEXT("text"),
  VERSION("release, X.Y.Z"),
  ZOOKEEPER("HOST:PORT[,HOST:PORT][/CHROOT]"),
  ETCD("list of URLs, or one text separated by commas"),
  ADDRESS("HOST:PORT"),
  URL("URL, http or https"),
  COMMAND("shell command, for `sh -c`"),
  FILE("path of a file"),
  SECRET_FILE("path of a file that holds one secret and nothing else"),
  FLAG("true or false"),
  DURATION("duration: a number with a unit (ms, s, m, h or d)"),
  COUNT("whole number"),
  RATE("whole number per second, 0 for no limit"),
  PERCENT("whole number, percent, 0 to 100"),
  CHOICE("one of the words listed"),
  LIST("list, or one text separated by commas"),
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
