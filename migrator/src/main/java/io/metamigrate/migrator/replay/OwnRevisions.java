package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.options.GetOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The revisions of the last {@value #KEPT} own transactions, kept in as many keys that are put in
 * turn. The history of etcd shows the owner of a revision until it is compacted; these show it
 * afterwards, also of a transaction whose answer was never seen.
 */
public final class OwnRevisions {
  static final int KEPT = 4_096;

  private static final String PREFIX = ReservedKeys.PREFIX + "own/";

  private OwnRevisions() {}

  /** The key that the transaction with this number puts. */
  static ByteSequence key(long number) {
    return EtcdConnection.bytes(
        PREFIX + String.format(Locale.ROOT, "%03x", Math.floorMod(number, KEPT)));
  }

  /** Reads them all. */
  public static Set<Revision> read(EtcdConnection connection) {
    GetOption all = GetOption.builder().isPrefix(true).withKeysOnly(true).build();
    return connection
        .await(
            "own revisions",
            connection.client().getKVClient().get(EtcdConnection.bytes(PREFIX), all))
        .getKvs()
        .stream()
        .map(kv -> new Revision(kv.getModRevision()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
