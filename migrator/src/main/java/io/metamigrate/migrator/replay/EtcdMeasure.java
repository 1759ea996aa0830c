package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.verifier.store.EtcdConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How fast an etcd takes writes, tried for a few seconds below a key prefix of the daemon's own and
 * removed afterwards, also on failure. What remains is history, until etcd compacts it. For one
 * thread.
 */
public final class EtcdMeasure {
  static final String PREFIX = ReservedKeys.PREFIX + "measure/";

  private static final int TRANSACTIONS = 160;
  private static final int KEYS = 100;
  private static final int RAISES = 1_500;
  private static final int RAISES_IN_FLIGHT = 256;
  private static final int LARGEST_VALUE = 4_096;

  private final EtcdConnection connection;

  public EtcdMeasure(EtcdConnection connection) {
    this.connection = connection;
  }

  /**
   * What was seen.
   *
   * @param putsPerSecond in transactions as a copy has them
   * @param raisesPerSecond puts of one key in a row, as a seed has them
   */
  public record Rates(double putsPerSecond, double raisesPerSecond) {}

  /**
   * Takes a few seconds.
   *
   * @param valueBytes of the values to write: the mean of those to be copied
   */
  public Rates take(int inFlight, int valueBytes) {
    ByteSequence value =
        ByteSequence.from(new byte[Math.max(1, Math.min(LARGEST_VALUE, valueBytes))]);
    try {
      double puts = perSecond(TRANSACTIONS, inFlight, i -> transaction(i, value)) * KEYS;
      double raises = perSecond(RAISES, RAISES_IN_FLIGHT, i -> raise());
      return new Rates(puts, raises);
    } finally {
      connection.await(
          "removal of " + PREFIX,
          kv().delete(key(""), DeleteOption.builder().isPrefix(true).build()));
    }
  }

  private double perSecond(int times, int inFlight, IntFunction<CompletableFuture<?>> request) {
    Deque<CompletableFuture<?>> pending = new ArrayDeque<>();
    long started = System.nanoTime();
    for (int i = 0; i < times; i++) {
      if (pending.size() >= inFlight) {
        connection.await("a measured write", pending.remove());
      }
      pending.add(request.apply(i));
    }
    while (!pending.isEmpty()) {
      connection.await("a measured write", pending.remove());
    }
    return times * 1e9 / Math.max(1, System.nanoTime() - started);
  }

  private CompletableFuture<?> transaction(int number, ByteSequence value) {
    List<Op> puts =
        IntStream.range(0, KEYS)
            .<Op>mapToObj(i -> Op.put(key(number + "/" + i), value, PutOption.DEFAULT))
            .toList();
    return kv().txn().Then(puts.toArray(Op[]::new)).commit();
  }

  private CompletableFuture<?> raise() {
    return kv().put(key("counter"), ByteSequence.EMPTY);
  }

  private KV kv() {
    return connection.client().getKVClient();
  }

  private static ByteSequence key(String name) {
    return EtcdConnection.bytes(PREFIX + name);
  }
}
