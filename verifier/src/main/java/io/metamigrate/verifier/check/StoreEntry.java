package io.metamigrate.verifier.check;

/**
 * One node of either store, as the domain checks take it.
 *
 * @param value the stored bytes themselves, not a copy; readers only
 * @param version etcd's count of puts, or ZooKeeper's data version
 * @param leased whether it ends with a lease or session
 * @param known whether the value was read; if not, the name, version and lease were, and {@code
 *     value} is empty
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoreEntry(String path, byte[] value, long version, boolean leased, boolean known) {
  private static final byte[] UNREAD = {};

  /** A node whose value was read. */
  public StoreEntry(String path, byte[] value, long version, boolean leased) {
    this(path, value, version, leased, true);
  }

  /** A node of which only the name was read, since its value has not changed. */
  public static StoreEntry unread(String path, long version, boolean leased) {
    return new StoreEntry(path, UNREAD, version, leased, false);
  }
}
