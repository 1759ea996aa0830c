package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.CheckpointCodec;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The only writer of keys in scope. Fills transactions, keeps a bounded number of them in flight,
 * and applies each completely or not at all.
 *
 * <p>Guarantees: a key is in one transaction at a time; no transaction of a holder that lost the
 * lock or the direction is applied; a key that another writer changed is never overwritten. Safe to
 * kill anywhere: what was not applied is found again by comparing the stores. For one thread.
 */
public final class GuardedWriter {
  private static final Duration RETRY_DELAY = Duration.ofMillis(250);

  /** A connection may never heal, such as one that trusts an authority of the past. */
  private static final Duration MAX_SILENCE = Duration.ofMinutes(1);

  /** What a refused transaction reads: lock, direction, mark, then its keys. */
  private static final int FIRST_KEY_OPERATION = 3;

  private final EtcdConnection connection;
  private final Authority authority;
  private final WriterSettings settings;
  private final Consumer<List<Applied>> applied;
  private final Deque<InFlightTransaction> inFlight = new ArrayDeque<>();
  private final Set<ZkPath> busy = new HashSet<>();

  private TransactionLimits limits = TransactionLimits.DEFAULT;
  private List<Operation> batch = new ArrayList<>();
  private int batchBytes;

  /**
   * Distinguishes this writer from an earlier one under the same lock, whose numbers were the same.
   */
  private final String id = UUID.randomUUID().toString();

  private long sequence;

  /**
   * What the caller decides of the writing.
   *
   * @param inFlight how many transactions may be on their way; read before each
   * @param retryTimeout how long a store that does not answer is waited for
   * @param writeThrottle asked before each transaction, notified of each answer
   */
  public record WriterSettings(
      IntSupplier inFlight, Duration retryTimeout, WriteThrottle writeThrottle) {
    /** With a fixed number of transactions in flight and without a throttle. */
    public static WriterSettings of(int inFlight, Duration retryTimeout) {
      return new WriterSettings(() -> inFlight, retryTimeout, WriteThrottle.FREE);
    }
  }

  public GuardedWriter(
      EtcdConnection connection,
      Authority authority,
      WriterSettings settings,
      Consumer<List<Applied>> applied) {
    this.connection = connection;
    this.authority = authority;
    this.settings = settings;
    this.applied = applied;
  }

  public void submit(Operation operation) {
    if (busy.contains(operation.path())) {
      flush();
    }
    int bytes = size(operation);
    if (!batch.isEmpty()
        && (batch.size() >= limits.operations() || batchBytes + bytes > limits.bytes())) {
      sendBatch();
    }
    batch.add(operation);
    busy.add(operation.path());
    batchBytes += bytes;
  }

  /** Whether an operation on this path is still on its way. */
  public boolean isBusy(ZkPath path) {
    return busy.contains(path);
  }

  /** Waits until everything submitted is applied. */
  public void flush() {
    if (!batch.isEmpty()) {
      sendBatch();
    }
    while (!inFlight.isEmpty()) {
      complete(inFlight.remove());
    }
  }

  /** The same; the checkpoint is put in the transaction of the last operation. */
  public void flush(Checkpoint checkpoint) {
    while (!inFlight.isEmpty()) {
      complete(inFlight.remove());
    }
    ByteSequence value = ByteSequence.from(CheckpointCodec.write(checkpoint));
    complete(start(takeBatch(), Optional.of(value)));
  }

  private void sendBatch() {
    int most = Math.max(1, settings.inFlight().getAsInt());
    // What etcd has answered holds values that nobody needs any more.
    while (inFlight.size() >= most
        || (!inFlight.isEmpty() && inFlight.element().reply().isDone())) {
      complete(inFlight.remove());
    }
    inFlight.add(start(takeBatch(), Optional.empty()));
  }

  private List<Operation> takeBatch() {
    List<Operation> taken = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    return taken;
  }

  /**
   * A transaction on its way; the mark is the same in every attempt, so that it is recognisable.
   */
  private record InFlightTransaction(
      List<Operation> operations,
      Optional<ByteSequence> checkpoint,
      ByteSequence own,
      ByteSequence mark,
      CompletableFuture<TxnResponse> reply) {}

  private InFlightTransaction start(List<Operation> operations, Optional<ByteSequence> checkpoint) {
    settings.writeThrottle().take(Math.max(1, operations.size()));
    sequence++;
    // Where the holder before this one stopped is not known; its last keys are left for a while.
    ByteSequence own = OwnRevisions.key(authority.lock().created().value() + sequence);
    ByteSequence mark =
        EtcdConnection.bytes(
            "%s %s %s %d"
                .formatted(authority.lock().holder(), authority.lock().created(), id, sequence));
    CompletableFuture<TxnResponse> reply =
        observed(commit(operations, checkpoint, own, mark))
            .whenComplete((response, failure) -> settings.writeThrottle().release());
    return new InFlightTransaction(operations, checkpoint, own, mark, reply);
  }

  private CompletableFuture<TxnResponse> observed(CompletableFuture<TxnResponse> reply) {
    long sent = System.nanoTime();
    return reply.whenComplete(
        (response, failure) ->
            settings
                .writeThrottle()
                .answered(
                    Duration.ofNanos(System.nanoTime() - sent), Optional.ofNullable(failure)));
  }

  private CompletableFuture<TxnResponse> commit(
      List<Operation> operations,
      Optional<ByteSequence> checkpoint,
      ByteSequence own,
      ByteSequence mark) {
    List<Cmp> comparisons = new ArrayList<>(authority.comparisons());
    List<Op> writes = new ArrayList<>();
    List<Op> reads = new ArrayList<>();
    reads.add(Op.get(ReservedKeys.LOCK, GetOption.DEFAULT));
    reads.add(Op.get(ReservedKeys.DIRECTION, GetOption.DEFAULT));
    GetOption keysOnly = GetOption.builder().withKeysOnly(true).build();
    reads.add(Op.get(ReservedKeys.MARK, keysOnly));
    for (Operation operation : operations) {
      ByteSequence key = EtcdConnection.bytes(operation.path().value());
      comparisons.add(
          new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(operation.seenRevision().value())));
      if (operation instanceof Operation.PutKey put) {
        writes.add(Op.put(key, ByteSequence.from(put.data().bytes()), PutOption.DEFAULT));
      } else {
        writes.add(Op.delete(key, DeleteOption.DEFAULT));
      }
      reads.add(Op.get(key, keysOnly));
    }
    writes.add(Op.put(ReservedKeys.MARK, mark, PutOption.DEFAULT));
    writes.add(Op.put(own, mark, PutOption.DEFAULT));
    checkpoint.ifPresent(
        value -> writes.add(Op.put(ReservedKeys.CHECKPOINT, value, PutOption.DEFAULT)));
    return connection
        .client()
        .getKVClient()
        .txn()
        .If(comparisons.toArray(Cmp[]::new))
        .Then(writes.toArray(Op[]::new))
        .Else(reads.toArray(Op[]::new))
        .commit()
        // A request without a connection waits for ever; that it failed has to be reported, too.
        .orTimeout(connection.settings().timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for a transaction and sees it through: applied, or an exception with the reason. */
  private void complete(InFlightTransaction transaction) {
    long deadline = System.nanoTime() + settings.retryTimeout().toNanos();
    long silentSince = System.nanoTime();
    CompletableFuture<TxnResponse> reply = transaction.reply();
    boolean repeated = false;
    while (true) {
      try {
        TxnResponse response = reply.get();
        Optional<Revision> at =
            response.isSucceeded()
                ? Optional.of(new Revision(response.getHeader().getRevision()))
                : refused(transaction, response, repeated);
        if (at.isPresent()) {
          done(transaction, at.get());
          return;
        }
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        Failure failure = Failure.of(cause);
        if (transaction.operations().size() > 1 && lowered(failure, transaction)) {
          split(transaction);
          return;
        }
        if (!(cause instanceof TimeoutException)) {
          silentSince = System.nanoTime();
        }
        boolean lost = System.nanoTime() - silentSince > MAX_SILENCE.toNanos();
        if (failure != Failure.TRY_AGAIN || lost || System.nanoTime() - deadline > 0) {
          throw connection.failure(
              transaction.operations().isEmpty()
                  ? "checkpoint"
                  : "writing " + transaction.operations().get(0).path(),
              cause);
        }
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw connection.failure("writing", e);
      }
      repeated = true;
      reply =
          observed(
              commit(
                  transaction.operations(),
                  transaction.checkpoint(),
                  transaction.own(),
                  transaction.mark()));
    }
  }

  /** Whether the server refused the transaction for its size, so that smaller ones may pass. */
  private boolean lowered(Failure failure, InFlightTransaction transaction) {
    switch (failure) {
      case TOO_MANY_OPERATIONS -> limits = limits.belowOperations(transaction.operations().size());
      case TOO_LARGE ->
          limits =
              limits.belowBytes(
                  transaction.operations().stream().mapToInt(GuardedWriter::size).sum());
      case TRY_AGAIN, FATAL -> {
        return false;
      }
    }
    return true;
  }

  private void split(InFlightTransaction transaction) {
    int half = transaction.operations().size() / 2;
    complete(start(transaction.operations().subList(0, half), Optional.empty()));
    complete(
        start(
            transaction.operations().subList(half, transaction.operations().size()),
            transaction.checkpoint()));
  }

  private void done(InFlightTransaction transaction, Revision at) {
    authority.lock().wrote(at);
    transaction.operations().forEach(operation -> busy.remove(operation.path()));
    applied.accept(
        transaction.operations().stream().map(operation -> new Applied(operation, at)).toList());
  }

  /**
   * A comparison failed. Answers the revision of an earlier attempt of this very transaction that
   * had gone through unnoticed; empty when every comparison holds by now and it is to be repeated.
   */
  private Optional<Revision> refused(
      InFlightTransaction transaction, TxnResponse response, boolean repeated) {
    Optional<KeyValue> lock = first(response, 0);
    if (lock.isEmpty() || lock.get().getCreateRevision() != authority.lock().created().value()) {
      throw new LostAuthorityException(
          "the lock on etcd is no longer this daemon's (%s): another daemon took over or the lease ended; nothing was written"
              .formatted(authority.lock().holder()));
    }
    String direction = first(response, 1).map(kv -> kv.getValue().toString()).orElse("none");
    if (!direction.equals(authority.direction().name())) {
      throw new LostAuthorityException(
          "the direction on etcd is %s, this daemon writes under %s; nothing was written"
              .formatted(direction, authority.direction()));
    }
    long mark = first(response, 2).map(KeyValue::getModRevision).orElse(0L);
    if (mark < authority.lock().lastOwn().value()) {
      throw new LostAuthorityException(
          "etcd has lost this daemon's last write: the mark is at revision %d, it was put at %s; nothing was written"
              .formatted(mark, authority.lock().lastOwn()));
    }
    Optional<Revision> earlier = repeated ? ownRevision(transaction) : Optional.empty();
    for (int i = 0; i < transaction.operations().size(); i++) {
      Operation operation = transaction.operations().get(i);
      Revision found =
          first(response, i + FIRST_KEY_OPERATION)
              .map(kv -> new Revision(kv.getModRevision()))
              .orElse(Revision.ABSENT);
      boolean asLeft =
          earlier
              .map(at -> found.equals(operation instanceof Operation.PutKey ? at : Revision.ABSENT))
              .orElseGet(() -> found.equals(operation.seenRevision()));
      if (!asLeft) {
        throw ForeignChangeException.of(
            operation.path(), earlier.orElse(operation.seenRevision()), found);
      }
    }
    return earlier;
  }

  /**
   * The revision of an earlier attempt of this transaction that was applied. Its own key alone
   * proves it: that a key to be deleted is gone may be another writer's doing.
   */
  private Optional<Revision> ownRevision(InFlightTransaction transaction) {
    return connection
        .retry("own revision", () -> connection.client().getKVClient().get(transaction.own()))
        .getKvs()
        .stream()
        .filter(kv -> kv.getValue().equals(transaction.mark()))
        .map(kv -> new Revision(kv.getModRevision()))
        .findFirst();
  }

  private static Optional<KeyValue> first(TxnResponse response, int index) {
    return response.getGetResponses().get(index).getKvs().stream().findFirst();
  }

  private static int size(Operation operation) {
    // The path goes three times: comparison, write, and read for the refusal.
    int overhead = 3 * operation.path().value().length() + 64;
    return operation instanceof Operation.PutKey put ? put.data().size() + overhead : overhead;
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_DELAY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw connection.failure("writing", e);
    }
  }
}
