package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Whether etcd lets this user do what a move needs, without doing it. etcd looks at the permissions
 * of both branches of a transaction before it compares (etcdserver/apply_auth.go, checkTxnAuth;
 * tried on 3.4), so a put in a branch that is never taken shows it, and changes nothing. The key
 * that it names is nobody's, and no path could have it: nothing would be lost even if it were put.
 * Only a lease is granted for a moment. For one thread.
 */
public final class EtcdRights {
  private static final ByteSequence FIRST = ByteSequence.from(new byte[] {0});
  private static final String UNUSED_KEY = "\0metamigrate";
  private static final long LEASE_SECONDS = 5;

  private final EtcdConnection connection;

  public EtcdRights(EtcdConnection connection) {
    this.connection = connection;
  }

  /**
   * What the user lacks, a line for each; empty if it may do everything.
   *
   * @param groups the paths below which a move writes
   * @throws StoreException when etcd does not answer
   */
  public List<String> missing(List<ZkPath> groups) {
    List<String> missing = new ArrayList<>(missingOnKeys(groups));
    if (!mayGrantLeases()) {
      missing.add("etcd: no permission to grant a lease, as the lock needs");
    }
    return missing;
  }

  /** The same without the right to grant a lease: nothing is granted, not even for a moment. */
  public List<String> missingOnKeys(List<ZkPath> groups) {
    List<String> missing = new ArrayList<>();
    for (ZkPath group : groups) {
      if (!mayWrite(group.value() + "/")) {
        missing.add("etcd: no permission to read and write below " + group + remedy());
      }
    }
    if (!mayWrite(ReservedKeys.PREFIX)) {
      missing.add(
          "etcd: no permission to read and write the keys of this tool below "
              + ReservedKeys.PREFIX
              + remedy());
    }
    GetOption everything = GetOption.builder().withRange(FIRST).withLimit(1).build();
    if (!isPermitted(FIRST, Op.get(FIRST, everything))) {
      missing.add("etcd: no permission to read all keys, as the watch for other writers does");
    }
    return missing;
  }

  private String remedy() {
    return connection
        .settings()
        .user()
        .map(user -> "; grant it to a role of user " + user)
        .orElse("; configure target.user");
  }

  /** The prefix ends with a slash, and 0 follows it. */
  private boolean mayWrite(String prefix) {
    ByteSequence first = EtcdConnection.bytes(prefix);
    ByteSequence end = EtcdConnection.bytes(prefix.substring(0, prefix.length() - 1) + "0");
    return isPermitted(
        first,
        Op.put(EtcdConnection.bytes(prefix + UNUSED_KEY), ByteSequence.EMPTY, PutOption.DEFAULT),
        Op.get(first, GetOption.builder().withRange(end).withLimit(1).build()));
  }

  private boolean isPermitted(ByteSequence key, Op... never) {
    return isPermitted(
        connection
            .client()
            .getKVClient()
            .txn()
            .If(new Cmp(key, Cmp.Op.LESS, CmpTarget.createRevision(0)))
            .Then(never)
            .commit());
  }

  private boolean mayGrantLeases() {
    return isPermitted(
        connection
            .client()
            .getLeaseClient()
            .grant(LEASE_SECONDS)
            .thenCompose(lease -> connection.client().getLeaseClient().revoke(lease.getID())));
  }

  private boolean isPermitted(CompletableFuture<?> answer) {
    try {
      connection.await("permissions", answer);
      return true;
    } catch (StoreException e) {
      if (String.valueOf(e.getMessage()).contains("permission denied")) {
        return false;
      }
      throw e;
    }
  }
}
