package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Whether etcd lets this user do what a move needs, without doing it. etcd looks at the permissions
 * of both branches of a transaction before it compares (etcdserver/apply_auth.go, checkTxnAuth;
 * tried on 3.4), so a deletion in a branch that is never taken tells, and changes nothing. Only a
 * lease is granted for a moment.
 */
public final class EtcdRights {
  private static final ByteSequence FIRST = ByteSequence.from(new byte[] {0});
  private static final long LEASE_SECONDS = 5;

  private final EtcdConnection connection;

  public EtcdRights(EtcdConnection connection) {
    this.connection = connection;
  }

  /**
   * What the user lacks, a line for each; empty where it may do everything.
   *
   * @throws StoreException when etcd does not answer
   */
  public List<String> lacking(Scope scope) {
    List<String> lacking = new ArrayList<>();
    for (ZkPath root : scope.include()) {
      String from = root.equals(ZkPath.ROOT) ? "/" : root.value() + "/";
      String to = root.equals(ZkPath.ROOT) ? "0" : root.value() + "0";
      if (!mayWrite(root.value(), root.value() + "\0") || !mayWrite(from, to)) {
        lacking.add("etcd: no permission to read and write all of " + root + remedy());
      }
    }
    if (!mayWrite(ReservedKeys.PREFIX, "metamigrate0")) {
      lacking.add(
          "etcd: no permission to read and write the keys of this tool below "
              + ReservedKeys.PREFIX
              + remedy());
    }
    GetOption everything = GetOption.builder().withRange(FIRST).withLimit(1).build();
    if (!isPermitted(FIRST, Op.get(FIRST, everything))) {
      lacking.add("etcd: no permission to read all keys, as the watch for other writers does");
    }
    if (!mayGrantLeases()) {
      lacking.add("etcd: no permission to grant a lease, as the lock needs");
    }
    return lacking;
  }

  private String remedy() {
    return connection
        .settings()
        .user()
        .map(user -> "; grant it to a role of user " + user)
        .orElse("; configure target.user");
  }

  private boolean mayWrite(String from, String to) {
    ByteSequence first = EtcdConnection.bytes(from);
    ByteSequence end = EtcdConnection.bytes(to);
    return isPermitted(
        first,
        Op.delete(first, DeleteOption.builder().withRange(end).build()),
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
