package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.support.Observers;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.KeyText;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Nodes written to etcd to see how that goes, each below a prefix that no scan of Pulsar's and no
 * part of a move reads, and attached to a lease of its own: closed, or {@value #SECONDS} seconds
 * after the process was killed, nothing of them is left but history, until etcd compacts it. For
 * one thread.
 */
public final class ScratchKeys implements AutoCloseable {
  public static final String PREFIX = "metamigrate-scratch/";

  private static final int SECONDS = 20;
  private static final int OPERATIONS = 100;
  private static final int BYTES = 512 << 10;
  private static final int PAGE = 500;

  private final EtcdConnection connection;
  private final int inFlight;
  private final long lease;
  private final CloseableClient keepAlive;
  private final String prefix;
  private final Deque<CompletableFuture<?>> pending = new ArrayDeque<>();
  private List<Op> batch = new ArrayList<>();
  private int batchBytes;

  /**
   * Begins with nothing.
   *
   * @param inFlight how many requests may be on their way
   */
  public ScratchKeys(EtcdConnection connection, int inFlight) {
    this.connection = connection;
    this.inFlight = inFlight;
    Lease leases = connection.client().getLeaseClient();
    this.lease = connection.await("lease of the scratch copy", leases.grant(SECONDS)).getID();
    this.keepAlive = leases.keepAlive(lease, Observers.observer(response -> {}));
    this.prefix = PREFIX + Long.toHexString(lease);
  }

  /** Puts one, sooner or later. */
  public void put(ZkPath path, NodeData data) {
    if (batch.size() >= OPERATIONS || (!batch.isEmpty() && batchBytes + data.size() > BYTES)) {
      send();
    }
    batch.add(Op.put(key(path), ByteSequence.from(data.bytes()), leased()));
    batchBytes += data.size() + path.value().length();
  }

  /** Waits until all is there. */
  public void flush() {
    if (!batch.isEmpty()) {
      send();
    }
    awaitInFlight(0);
  }

  /** Puts one key so many times, as a seed does. */
  public void raise(int times) {
    ByteSequence counter = EtcdConnection.bytes(prefix);
    for (int i = 0; i < times; i++) {
      awaitInFlight(inFlight - 1);
      pending.add(kv().put(counter, ByteSequence.EMPTY, leased()));
    }
    awaitInFlight(0);
  }

  /** Everything that was put, in key order. */
  public void read(BiConsumer<ZkPath, NodeData> sink) {
    ByteSequence end = EtcdConnection.bytes(prefix + "0");
    ByteSequence next = EtcdConnection.bytes(prefix + "/");
    GetOption page = GetOption.builder().withRange(end).withLimit(PAGE).build();
    while (true) {
      GetResponse found = connection.await("scratch copy", kv().get(next, page));
      for (KeyValue kv : found.getKvs()) {
        sink.accept(path(kv), NodeData.of(kv.getValue().getBytes()));
      }
      if (!found.isMore()) {
        return;
      }
      KeyValue last = found.getKvs().get(found.getKvs().size() - 1);
      next = last.getKey().concat(ByteSequence.from(new byte[] {0}));
    }
  }

  private void send() {
    awaitInFlight(inFlight - 1);
    pending.add(kv().txn().Then(batch.toArray(Op[]::new)).commit());
    batch = new ArrayList<>();
    batchBytes = 0;
  }

  private void awaitInFlight(int left) {
    while (pending.size() > Math.max(0, left)) {
      connection.await("scratch copy", pending.remove());
    }
  }

  private ByteSequence key(ZkPath path) {
    return EtcdConnection.bytes(prefix + path.value());
  }

  private ZkPath path(KeyValue kv) {
    return new ZkPath(KeyText.decode(kv.getKey().getBytes()).substring(prefix.length()));
  }

  private PutOption leased() {
    return PutOption.builder().withLeaseId(lease).build();
  }

  private KV kv() {
    return connection.client().getKVClient();
  }

  /** Ends the lease, and everything attached to it. */
  @Override
  public void close() {
    keepAlive.close();
    connection.await("end of the scratch copy", connection.client().getLeaseClient().revoke(lease));
  }
}
