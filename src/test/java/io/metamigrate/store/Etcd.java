package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A real etcd, the product's connection to it, and another writer on it. */
final class Etcd implements AutoCloseable {
  private static final int AT_ONCE = 500;
  private static final ByteSequence FIRST = ByteSequence.from(new byte[] {0});

  private final EtcdServer server;
  private final EtcdConnection connection;

  private Etcd(EtcdServer server, EtcdConnection connection) {
    this.server = server;
    this.connection = connection;
  }

  static Etcd start(Path directory, String... flags) {
    return start(directory, Duration.ofSeconds(30), flags);
  }

  /**
   * The same with another timeout of its connection.
   *
   * @param timeout how long one answer is waited for
   */
  static Etcd start(Path directory, Duration timeout, String... flags) {
    EtcdServer server = EtcdServer.start(directory, flags);
    try {
      return new Etcd(
          server, EtcdConnection.open(EtcdSettings.of(server.endpoint()).withTimeout(timeout)));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  EtcdServer server() {
    return server;
  }

  EtcdConnection connection() {
    return connection;
  }

  EtcdReader reader() {
    return new EtcdReader(connection);
  }

  /** All keys that are paths. */
  List<EtcdEntry> paths() {
    return reader().range("/", "0", Optional.empty());
  }

  /** Deletes everything, so that tests may share a server. */
  void wipe() {
    connection
        .client()
        .getKVClient()
        .delete(FIRST, DeleteOption.builder().withRange(FIRST).build())
        .join();
  }

  /** A put by another writer; answers its revision. */
  Revision put(String key, String value) {
    return new Revision(
        connection
            .client()
            .getKVClient()
            .put(bytes(key), bytes(value))
            .join()
            .getHeader()
            .getRevision());
  }

  /** A few hundred at a time: etcd refuses more than 5,000 that it has not applied yet. */
  void putAll(List<String> keys) {
    for (int i = 0; i < keys.size(); i += AT_ONCE) {
      CompletableFuture.allOf(
              keys.subList(i, Math.min(keys.size(), i + AT_ONCE)).stream()
                  .map(key -> connection.client().getKVClient().put(bytes(key), bytes("x")))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }

  /** A registration, as a living component makes one. */
  void putLeased(String key) {
    long lease = connection.client().getLeaseClient().grant(600).join().getID();
    connection
        .client()
        .getKVClient()
        .put(bytes(key), bytes("x"), PutOption.builder().withLeaseId(lease).build())
        .join();
  }

  Revision delete(String key) {
    return new Revision(
        connection.client().getKVClient().delete(bytes(key)).join().getHeader().getRevision());
  }

  void compact(Revision at) {
    connection.client().getKVClient().compact(at.value()).join();
  }

  /** The lock and a first state: what entitles a writer. */
  Authority authority() {
    DaemonLock lock = DaemonLock.tryAcquire(connection, "test").lock().orElseThrow();
    new StateStore(connection).begin(lock, checkpoint());
    return new Authority(lock, Direction.ZK_TO_ETCD);
  }

  static Checkpoint checkpoint() {
    return Checkpoint.planned("c1", "zk:2181", Scope.ALL, Instant.EPOCH);
  }

  static NodeData data(String text) {
    return NodeData.of(text.getBytes(UTF_8));
  }

  private static ByteSequence bytes(String text) {
    return EtcdConnection.bytes(text);
  }

  @Override
  public void close() {
    connection.close();
    server.close();
  }
}
