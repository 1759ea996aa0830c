package io.metamigrate.migrator.config.reference;

import java.util.List;
import java.util.Optional;

/** All keys, in the order in which the reference page and a new file show them. */
public final class Keys {
  private static final List<Key> ALL = described();

  private Keys() {}

  public static List<Key> all() {
    return ALL;
  }

  /**
   * The first description of a key as a file names it, {@code cutover.bookies[3].id}.
   *
   * @throws IllegalStateException if the parser asks for a key that is not described
   */
  public static Key of(String written) {
    return find(written)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the key " + written + " is not described in " + Keys.class.getName()));
  }

  /** The same, if there is one. */
  static Optional<Key> find(String written) {
    String path = written.replaceAll("\\[\\d+]", "[]");
    return ALL.stream().filter(key -> key.path().equals(path) || key.isChosen(path)).findFirst();
  }

  /** Blocks in their order, {@code cluster}, {@code cluster.admin} and so on. */
  static List<String> blocks() {
    return ALL.stream().map(Key::block).distinct().toList();
  }

  private static List<Key> described() {
    KeyList keys = new KeyList();
    StoreKeys.addTo(keys);
    DaemonKeys.addTo(keys);
    WindowKeys.addTo(keys);
    return keys.toList();
  }
}
