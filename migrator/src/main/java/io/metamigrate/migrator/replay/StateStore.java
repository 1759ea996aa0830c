package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.CheckpointCodec;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.phase.TargetSnapshot;
import io.metamigrate.migrator.phase.UnreadableRecordException;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The move's own state on etcd: lock holder, direction and checkpoint. Safe for use by several
 * threads.
 */
public final class StateStore {
  /** Name of the document of a cutover or rollback. */
  public static final String CUTOVER = "cutover";

  private final EtcdConnection connection;

  public StateStore(EtcdConnection connection) {
    this.connection = connection;
  }

  /**
   * What etcd holds of the move.
   *
   * @param checkpointAt revision at which the checkpoint was put
   */
  public record StoredState(
      Optional<String> lockHolder,
      Optional<Direction> direction,
      Optional<Checkpoint> checkpoint,
      Revision checkpointAt) {}

  public StoredState read() {
    GetResponse response =
        connection.retry(
            "state of the move",
            () ->
                connection
                    .client()
                    .getKVClient()
                    .get(
                        EtcdConnection.bytes(ReservedKeys.PREFIX),
                        GetOption.builder().isPrefix(true).build()));
    return new StoredState(
        text(response, ReservedKeys.LOCK),
        text(response, ReservedKeys.DIRECTION).map(StateStore::direction),
        find(response, ReservedKeys.CHECKPOINT)
            .map(kv -> CheckpointCodec.read(kv.getValue().getBytes())),
        find(response, ReservedKeys.CHECKPOINT)
            .map(kv -> new Revision(kv.getModRevision()))
            .orElse(Revision.ABSENT));
  }

  private static Direction direction(String text) {
    try {
      return Direction.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw UnreadableRecordException.of("metamigrate/direction", "'" + text + "'");
    }
  }

  /** What identifies this etcd, and distinguishes an older state of it from a newer one. */
  public TargetSnapshot snapshot() {
    TxnResponse response =
        connection.retry(
            "identity of the move",
            () ->
                commit(
                    List.of(),
                    Op.get(ReservedKeys.IDENTITY, GetOption.DEFAULT),
                    Op.get(ReservedKeys.CHECKPOINT, GetOption.DEFAULT),
                    Op.get(ReservedKeys.MARK, GetOption.DEFAULT)));
    List<Optional<KeyValue>> found =
        response.getGetResponses().stream()
            .map(reply -> reply.getKvs().stream().findFirst())
            .toList();
    return new TargetSnapshot(
        found.get(0).map(kv -> MoveIdentity.read(kv.getValue().getBytes())),
        found.get(1).map(kv -> CheckpointCodec.read(kv.getValue().getBytes())),
        new Revision(response.getHeader().getRevision()),
        found.get(2).map(kv -> new Revision(kv.getModRevision())).orElse(Revision.ABSENT));
  }

  /** Makes the first state of a move; only if there is none. */
  public void begin(DaemonLock lock, Checkpoint checkpoint) {
    change(
        lock,
        "the first state of the move",
        new Cmp(ReservedKeys.CHECKPOINT, Cmp.Op.EQUAL, CmpTarget.createRevision(0)),
        Direction.ZK_TO_ETCD,
        checkpoint);
  }

  /** Changes the direction, with the checkpoint that goes with it, in one transaction. */
  public void changeDirection(
      DaemonLock lock, Direction from, Direction to, Checkpoint checkpoint) {
    change(
        lock,
        "the direction " + to,
        new Cmp(
            ReservedKeys.DIRECTION,
            Cmp.Op.EQUAL,
            CmpTarget.value(EtcdConnection.bytes(from.name()))),
        to,
        checkpoint);
  }

  private void change(
      DaemonLock lock, String subject, Cmp condition, Direction direction, Checkpoint checkpoint) {
    TxnResponse response =
        connection.retry(
            subject,
            () ->
                commit(
                    List.of(lock.isHeld(), lock.isUpToDate(), condition),
                    put(ReservedKeys.DIRECTION, EtcdConnection.bytes(direction.name())),
                    put(
                        ReservedKeys.CHECKPOINT,
                        ByteSequence.from(CheckpointCodec.write(checkpoint))),
                    mark(lock)));
    if (!response.isSucceeded() && !isApplied(lock, direction, checkpoint)) {
      throw lost(lock);
    }
    wrote(lock, response);
  }

  /** An attempt whose answer was lost may have been carried out. */
  private boolean isApplied(DaemonLock lock, Direction direction, Checkpoint checkpoint) {
    StoredState now = read();
    return now.lockHolder().filter(lock.holder()::equals).isPresent()
        && now.direction().filter(direction::equals).isPresent()
        && now.checkpoint().filter(checkpoint::equals).isPresent();
  }

  /**
   * Puts a document of the daemon's own, under its lock and direction.
   *
   * @throws LostAuthorityException if the lock or the direction is no longer this process's
   * @throws StoreException if etcd does not answer
   */
  public void put(Authority authority, String name, byte[] value) {
    TxnResponse response =
        connection.retry(
            name,
            () ->
                commit(
                    authority.comparisons(),
                    put(ReservedKeys.key(name), ByteSequence.from(value)),
                    mark(authority.lock())));
    if (!response.isSucceeded()) {
      throw lost(authority.lock());
    }
    wrote(authority.lock(), response);
  }

  /**
   * Asks whether this authority still holds; writes nothing.
   *
   * @throws LostAuthorityException when it does not
   */
  public void confirm(Authority authority) {
    TxnResponse response =
        connection.retry(
            "the lock",
            () -> commit(authority.comparisons(), Op.get(ReservedKeys.LOCK, GetOption.DEFAULT)));
    if (!response.isSucceeded()) {
      throw lost(authority.lock());
    }
  }

  /**
   * Asks whether a check of the driver still holds its lock.
   *
   * @throws LostAuthorityException when it does not
   * @throws StoreException if etcd does not answer, so that it is not known
   */
  public void confirmCheck(DaemonLock lock) {
    TxnResponse response =
        connection.retry("the lock of the check", () -> commit(List.of(lock.isHeld())));
    if (!response.isSucceeded()) {
      throw new LostAuthorityException(
          "the lock of this check on etcd has ended, as in a process that was suspended");
    }
  }

  private static LostAuthorityException lost(DaemonLock lock) {
    return new LostAuthorityException(
        "the lock or the direction on etcd is no longer this daemon's (%s): another process continues; `migrate status` shows its phase"
            .formatted(lock.holder()));
  }

  /**
   * Deletes all that the move keeps on etcd for itself, except the lock and the move's identity: by
   * that later commands recognise the etcd for which ZooKeeper was left.
   *
   * @throws LostAuthorityException if the lock or the direction is no longer this process's
   */
  public void clear(Authority authority) {
    TxnResponse response =
        connection.await(
            "the end of the move",
            commit(
                authority.comparisons(),
                delete(ReservedKeys.key(""), ReservedKeys.IDENTITY),
                delete(after(ReservedKeys.IDENTITY), ReservedKeys.LOCK),
                delete(after(ReservedKeys.LOCK), EtcdConnection.bytes("metamigrate0"))));
    if (!response.isSucceeded()) {
      throw lost(authority.lock());
    }
  }

  private static Op delete(ByteSequence first, ByteSequence end) {
    return Op.delete(first, DeleteOption.builder().withRange(end).build());
  }

  private static ByteSequence after(ByteSequence key) {
    return key.concat(ByteSequence.from(new byte[] {0}));
  }

  private CompletableFuture<TxnResponse> commit(Collection<Cmp> conditions, Op... operations) {
    return connection
        .client()
        .getKVClient()
        .txn()
        .If(conditions.toArray(Cmp[]::new))
        .Then(operations)
        .commit();
  }

  private static Op put(ByteSequence key, ByteSequence value) {
    return Op.put(key, value, PutOption.DEFAULT);
  }

  private static void wrote(DaemonLock lock, TxnResponse response) {
    if (response.isSucceeded()) {
      lock.wrote(new Revision(response.getHeader().getRevision()));
    }
  }

  /** Shows that the transaction is this holder's. */
  private static Op mark(DaemonLock lock) {
    return put(ReservedKeys.MARK, EtcdConnection.bytes(lock.holder()));
  }

  /** The key of a document of the daemon's own. */
  public static String key(String name) {
    return ReservedKeys.PREFIX + name;
  }

  /** A document of the daemon's own. */
  public Optional<byte[]> get(String name) {
    return document(name).map(kv -> kv.getValue().getBytes());
  }

  /**
   * How often a document of the daemon's own was put since it was last deleted; 0 if it is not
   * there. The version of the key, which an etcd that is restored from a backup has as of then.
   */
  public long writes(String name) {
    return document(name).map(KeyValue::getVersion).orElse(0L);
  }

  private Optional<KeyValue> document(String name) {
    return connection
        .retry(name, () -> connection.client().getKVClient().get(ReservedKeys.key(name)))
        .getKvs()
        .stream()
        .findFirst();
  }

  private static Optional<KeyValue> find(GetResponse response, ByteSequence key) {
    return response.getKvs().stream().filter(kv -> kv.getKey().equals(key)).findFirst();
  }

  private static Optional<String> text(GetResponse response, ByteSequence key) {
    return find(response, key).map(kv -> kv.getValue().toString(StandardCharsets.UTF_8));
  }
}
