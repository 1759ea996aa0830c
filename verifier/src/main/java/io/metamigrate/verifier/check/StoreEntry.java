package io.metamigrate.verifier.check;

/**
 * One node of either store, as the domain checks take it.
 *
 * @param value the stored bytes themselves, not a copy; readers only
 * @param version etcd's count of puts, or ZooKeeper's data version
 * @param leased whether it ends with a lease or session
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoreEntry(String path, byte[] value, long version, boolean leased) {}
