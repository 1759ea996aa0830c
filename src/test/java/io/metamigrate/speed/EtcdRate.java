package io.metamigrate.speed;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdSettings;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** The bare etcd: unguarded transactions of 128 puts, several in flight, nothing else. */
final class EtcdRate {
  private static final int PUTS = 128;
  private static final int IN_FLIGHT = 20;

  private EtcdRate() {}

  /** Puts that many new keys with values of this size; answers puts a second. */
  static long measure(String endpoint, int keys, int valueBytes) {
    try (EtcdConnection connection = EtcdConnection.open(EtcdSettings.of(endpoint))) {
      KV client = connection.client().getKVClient();
      ByteSequence value = ByteSequence.from(new byte[valueBytes]);
      Semaphore window = new Semaphore(IN_FLIGHT);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      long started = System.nanoTime();
      for (int first = 0; first < keys; first += PUTS) {
        Op[] puts = new Op[Math.min(PUTS, keys - first)];
        for (int i = 0; i < puts.length; i++) {
          String key = "/managed-ledgers/tenant/namespace/persistent/topic-" + (first + i);
          puts[i] = Op.put(EtcdConnection.bytes(key), value, PutOption.DEFAULT);
        }
        window.acquireUninterruptibly();
        Txn transaction = client.txn().Then(puts);
        var unused =
            transaction
                .commit()
                .whenComplete(
                    (response, cause) -> {
                      if (cause != null) {
                        failure.set(cause);
                      }
                      window.release();
                    });
      }
      window.acquireUninterruptibly(IN_FLIGHT);
      if (failure.get() != null) {
        throw new IllegalStateException("etcd refused a put", failure.get());
      }
      return Math.round(keys / ((System.nanoTime() - started) / 1e9));
    }
  }
}
