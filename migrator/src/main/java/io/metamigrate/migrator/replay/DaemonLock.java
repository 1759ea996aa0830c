package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's lock on etcd: a key attached to a lease. Its create revision is unique to this
 * holder for all time, so a transaction that compares it can only be this holder's, however long
 * the process slept; when the lease ends, etcd deletes the key ({@code mvccpb.KeyValue}) and every
 * such comparison fails. Safe for use by several threads.
 */
public final class DaemonLock implements AutoCloseable {
  /** The document that is the lock of a check of the driver. */
  public static final String CHECK = "driver-check";

  static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

  private static final Duration RELEASE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(DaemonLock.class);

  private final EtcdConnection connection;
  private final ByteSequence key;
  private final long lease;
  private final CloseableClient keepAlive;
  private final String holder;
  private final Revision created;
  private final AtomicLong lastOwn;

  private DaemonLock(
      EtcdConnection connection,
      ByteSequence key,
      long lease,
      CloseableClient keepAlive,
      String holder,
      Revision created) {
    this.connection = connection;
    this.key = key;
    this.lease = lease;
    this.keepAlive = keepAlive;
    this.holder = holder;
    this.created = created;
    this.lastOwn = new AtomicLong(created.value());
  }

  /** The outcome of a try: the lock, or who has it. */
  public record Attempt(Optional<DaemonLock> lock, String holder) {}

  /** Tries once, with the usual time to live; never waits for another holder. */
  public static Attempt tryAcquire(EtcdConnection connection, String holder) {
    return tryAcquire(connection, holder, TIME_TO_LIVE);
  }

  /**
   * Tries once; never waits for another holder.
   *
   * @param timeToLive how long the lock outlives a holder that died, in whole seconds
   */
  public static Attempt tryAcquire(EtcdConnection connection, String holder, Duration timeToLive) {
    return tryAcquire(
        connection,
        ReservedKeys.LOCK,
        holder,
        timeToLive,
        Op.put(ReservedKeys.MARK, EtcdConnection.bytes(holder), PutOption.DEFAULT));
  }

  /** The lock of a check of the driver, which runs beside the daemon that holds the other one. */
  public static Attempt tryAcquireForCheck(
      EtcdConnection connection, String holder, Duration timeToLive) {
    return tryAcquire(connection, ReservedKeys.key(CHECK), holder, timeToLive);
  }

  private static Attempt tryAcquire(
      EtcdConnection connection, ByteSequence key, String holder, Duration timeToLive, Op... more) {
    List<Op> puts = new ArrayList<>(List.of(more));
    Client client = connection.client();
    long lease =
        connection
            .await("lease for the lock", client.getLeaseClient().grant(timeToLive.toSeconds()))
            .getID();
    puts.add(
        Op.put(key, EtcdConnection.bytes(holder), PutOption.builder().withLeaseId(lease).build()));
    TxnResponse response =
        connection.await(
            "lock",
            client
                .getKVClient()
                .txn()
                .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(0)))
                .Then(puts.toArray(Op[]::new))
                .Else(Op.get(key, GetOption.DEFAULT))
                .commit());
    if (!response.isSucceeded()) {
      connection.await("release of a lease", client.getLeaseClient().revoke(lease));
      String other =
          response.getGetResponses().get(0).getKvs().stream()
              .findFirst()
              .map(kv -> kv.getValue().toString(StandardCharsets.UTF_8))
              .orElse("unknown");
      return new Attempt(Optional.empty(), other);
    }
    CloseableClient keepAlive = client.getLeaseClient().keepAlive(lease, new IgnoringObserver());
    Revision created = new Revision(response.getHeader().getRevision());
    LOG.atInfo()
        .addKeyValue("holder", holder)
        .addKeyValue("revision", created)
        .log("holds the lock on etcd");
    return new Attempt(
        Optional.of(new DaemonLock(connection, key, lease, keepAlive, holder, created)), holder);
  }

  /** The revision at which this lock was taken, which is also that of an own transaction. */
  public Revision created() {
    return created;
  }

  public String holder() {
    return holder;
  }

  /** The comparison that makes a transaction this holder's. */
  Cmp isHeld() {
    return new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(created.value()));
  }

  /**
   * The comparison that fails on an etcd that lost this holder's last write, as one does that was
   * restored from a backup with the lock in it.
   */
  Cmp isUpToDate() {
    return new Cmp(ReservedKeys.MARK, Cmp.Op.GREATER, CmpTarget.modRevision(lastOwn.get() - 1));
  }

  /** An own transaction, which also put the mark, was accepted at this revision. */
  void wrote(Revision at) {
    lastOwn.accumulateAndGet(at.value(), Math::max);
  }

  /** The revision of the last own transaction that etcd has accepted. */
  public Revision lastOwn() {
    return new Revision(lastOwn.get());
  }

  /** Releases it also for a thread that is interrupted, so that the next holder need not wait. */
  @Override
  public void close() {
    keepAlive.close();
    boolean interrupted = Thread.interrupted();
    try {
      connection
          .client()
          .getLeaseClient()
          .revoke(lease)
          .get(RELEASE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.atWarn()
          .addKeyValue("cause", e.toString())
          .log("the lock could not be released; it ends with its lease");
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A lost keep-alive needs no reaction of its own: the next transaction is refused. */
  private static final class IgnoringObserver implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      LOG.trace("lease kept alive");
    }

    @Override
    public void onError(Throwable cause) {
      LOG.atWarn()
          .addKeyValue("cause", cause.getMessage())
          .log("the lease of the lock could not be kept alive");
    }

    @Override
    public void onCompleted() {
      LOG.debug("keep-alive of the lock ended");
    }
  }
}
