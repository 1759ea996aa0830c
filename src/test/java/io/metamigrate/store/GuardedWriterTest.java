package io.metamigrate.store;

import static io.metamigrate.store.Etcd.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.lab.CuttableProxy;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.Applied;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the writer guarantees, on an etcd with its default limits. */
final class GuardedWriterTest extends WithTheLock {
  private final List<Applied> applied = new ArrayList<>();
  private GuardedWriter writer;

  @BeforeEach
  void openWriter() {
    writer =
        new GuardedWriter(
            etcd.connection(),
            authority,
            WriterSettings.of(8, Duration.ofSeconds(60)),
            applied::addAll);
  }

  @Test
  void fillsTransactionsUpToTheOperationLimit() {
    IntStream.range(0, 1_000).forEach(i -> writer.submit(put("/key-" + i, "x")));
    writer.flush();

    assertThat(applied).hasSize(1_000);
    assertThat(transactions().values()).containsOnly(125L);
    assertThat(etcd.paths()).hasSize(1_000).allMatch(entry -> entry.version() == 1);
  }

  @Test
  void keepsTransactionsUnderTheRequestLimit() {
    NodeData value = NodeData.of(new byte[400_000]);
    IntStream.range(0, 9)
        .forEach(i -> writer.submit(new Operation.PutKey(path("/k" + i), value, Revision.ABSENT)));
    writer.flush();

    assertThat(transactions().values()).hasSize(5).allMatch(keys -> keys <= 2);
    assertThat(etcd.paths()).hasSize(9).allMatch(entry -> entry.data().equals(value));
  }

  /** Or the values of everything that changed would be kept. */
  @Test
  void keepsNoTransactionThatEtcdHasAnswered() {
    GuardedWriter wide =
        new GuardedWriter(
            etcd.connection(),
            authority,
            WriterSettings.of(1_000, Duration.ofSeconds(60)),
            applied::addAll);
    NodeData value = NodeData.of(new byte[1_000_000]);
    AtomicInteger submitted = new AtomicInteger();

    Awaitility.await("an answered transaction is completed")
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              ZkPath next = path("/k" + submitted.getAndIncrement());
              wide.submit(new Operation.PutKey(next, value, Revision.ABSENT));
              return !applied.isEmpty();
            });

    wide.flush();
    assertThat(applied).hasSize(submitted.get());
  }

  @Test
  void writesAnyLegalPathAndValue() {
    List<String> names = TreeReadingTest.ODD_NAMES;
    byte[] bytes = new byte[256];
    IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);
    names.forEach(
        name ->
            writer.submit(
                new Operation.PutKey(path("/" + name), NodeData.of(bytes), Revision.ABSENT)));
    writer.submit(new Operation.PutKey(path("/empty"), NodeData.EMPTY, Revision.ABSENT));
    writer.flush();

    assertThat(etcd.paths())
        .filteredOn(entry -> entry.data().equals(NodeData.of(bytes)))
        .extracting(entry -> entry.path().name())
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(etcd.reader().read(path("/empty")).orElseThrow().data().isEmpty()).isTrue();
  }

  @Test
  void finishesAPathBeforeRepeatingIt() {
    writer.submit(put("/a", "1"));
    assertThat(writer.isBusy(path("/a"))).isTrue();
    writer.flush();
    Revision first = applied.get(0).at();

    writer.submit(new Operation.PutKey(path("/a"), data("2"), first));
    writer.flush();
    writer.submit(new Operation.DeleteKey(path("/a"), applied.get(1).at()));
    writer.submit(put("/a", "3"));
    writer.flush();

    EtcdEntry last = etcd.reader().read(path("/a")).orElseThrow();
    assertThat(last.data()).isEqualTo(data("3"));
    assertThat(last.version()).isEqualTo(1);
    assertThat(applied).hasSize(4).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
  }

  @Test
  void namesAndKeepsKeyThatAppeared() {
    writer.submit(put("/before", "1"));
    Revision foreign = etcd.put("/a", "foreign");
    writer.submit(put("/a", "mine"));

    assertThatThrownBy(writer::flush)
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining("/a changed by another writer")
        .hasMessageContaining("expected revision none (no such key), found " + foreign);

    assertThat(etcd.paths())
        .extracting(EtcdEntry::path, EtcdEntry::data)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(path("/a"), data("foreign")));
  }

  @Test
  void namesBothRevisionsOfAChangedKeyAndKeepsIt() {
    Revision seen = etcd.put("/a", "1");
    Revision now = etcd.put("/a", "2");
    writer.submit(new Operation.DeleteKey(path("/a"), seen));

    assertThatThrownBy(writer::flush)
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining("expected revision " + seen + ", found " + now);

    assertThat(etcd.reader().read(path("/a"))).isPresent();
  }

  @Test
  void concurrentDeletionIsAForeignChange() {
    Revision seen = etcd.put("/a", "1");
    etcd.delete("/a");
    writer.submit(new Operation.PutKey(path("/a"), data("2"), seen));

    assertThatThrownBy(writer::flush)
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining("expected revision " + seen + ", found none (no such key)");
  }

  @Test
  void holderThatLostTheLockWritesNothing() {
    etcd.delete("metamigrate/lock");
    try (DaemonLock other =
        DaemonLock.tryAcquire(etcd.connection(), "other").lock().orElseThrow()) {
      writer.submit(put("/a", "1"));

      assertThatThrownBy(writer::flush)
          .isInstanceOf(LostAuthorityException.class)
          .hasMessageContaining("the lock on etcd is no longer this daemon's");

      assertThat(other.holder()).isEqualTo("other");
      assertThat(etcd.paths()).isEmpty();
    }
  }

  @Test
  void lockIsNotSharedAndItsHolderIsNamed() {
    DaemonLock.Attempt second = DaemonLock.tryAcquire(etcd.connection(), "second");

    assertThat(second.lock()).isEmpty();
    assertThat(second.holder()).isEqualTo("test");
  }

  @Test
  void writerOfAnotherDirectionWritesNothing() {
    new StateStore(etcd.connection())
        .changeDirection(authority.lock(), Direction.ZK_TO_ETCD, Direction.NONE, Etcd.checkpoint());
    writer.submit(put("/a", "1"));

    assertThatThrownBy(writer::flush)
        .isInstanceOf(LostAuthorityException.class)
        .hasMessageContaining("the direction on etcd is NONE, this daemon writes under ZK_TO_ETCD");

    assertThat(etcd.paths()).isEmpty();
  }

  @Test
  void writesCheckpointInTheLastTransaction() {
    Checkpoint copying = Etcd.checkpoint().to(Phase.COPYING, Instant.EPOCH);
    IntStream.range(0, 300).forEach(i -> writer.submit(put("/key-" + i, "x")));
    writer.flush(copying);

    StateStore.StoredState state = new StateStore(etcd.connection()).read();
    assertThat(state.checkpoint()).contains(copying);
    assertThat(state.checkpointAt()).isEqualTo(applied.get(299).at());
    assertThat(applied)
        .extracting(Applied::at)
        .allMatch(at -> at.compareTo(state.checkpointAt()) <= 0);
  }

  @Test
  void writesNoCheckpointForARefusedWrite() {
    etcd.put("/a", "foreign");
    writer.submit(put("/a", "mine"));

    assertThatThrownBy(() -> writer.flush(Etcd.checkpoint().to(Phase.COPYING, Instant.EPOCH)))
        .isInstanceOf(ForeignChangeException.class);

    assertThat(new StateStore(etcd.connection()).read().checkpoint()).contains(Etcd.checkpoint());
  }

  /** Keys by the revision at which they were written. */
  private Map<Revision, Long> transactions() {
    return applied.stream().collect(Collectors.groupingBy(Applied::at, Collectors.counting()));
  }

  private static Operation put(String path, String value) {
    return new Operation.PutKey(path(path), data(value), Revision.ABSENT);
  }

  private static ZkPath path(String value) {
    return new ZkPath(value);
  }

  /** The key that a lost transaction was to delete is gone, but its other writes are not there. */
  @Test
  void foreignDeleteDoesNotProveARepeatedTransaction() {
    writer.submit(put("/a", "1"));
    writer.flush();
    Revision created = applied.get(0).at();
    try (CuttableProxy proxy = CuttableProxy.to(etcd.server().clientPort());
        EtcdConnection cut =
            EtcdConnection.open(
                EtcdSettings.of("http://127.0.0.1:" + proxy.port())
                    .withTimeout(Duration.ofSeconds(2)))) {
      AtomicInteger failures = new AtomicInteger();
      List<Applied> unproven = new ArrayList<>();
      GuardedWriter other =
          new GuardedWriter(
              cut,
              authority,
              new WriterSettings(
                  () -> 8,
                  Duration.ofMinutes(5),
                  new FailureCounter(failures, Duration.ofHours(1))),
              unproven::addAll);
      proxy.cut();
      other.submit(new Operation.DeleteKey(path("/a"), created));
      other.submit(put("/b", "x"));
      CompletableFuture<Void> written = CompletableFuture.runAsync(other::flush);
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> failures.get() > 0);
      etcd.delete("/a");
      proxy.reopen();

      assertThatThrownBy(() -> written.get(3, TimeUnit.MINUTES))
          .hasRootCauseInstanceOf(ForeignChangeException.class)
          .hasMessageContaining("/a");

      assertThat(unproven).isEmpty();
      assertThat(etcd.paths()).isEmpty();
    }
  }
}
