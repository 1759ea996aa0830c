package io.metamigrate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.migrator.replay.Applied;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.WriteThrottle;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd with smaller limits than assumed, and one that stops answering half way. */
final class AwkwardEtcdTest {
  private static final int KEYS = 20_000;
  private static final int ENOUGH = 2_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Set<Revision> transactions = new HashSet<>();
  private final AtomicInteger applied = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  @Test
  void respectsServersOperationLimit(@TempDir Path directory) {
    try (Etcd etcd = Etcd.start(directory, "--max-txn-ops=32")) {
      write(etcd, 5_000, 300, WriteThrottle.FREE);

      assertThat(etcd.paths()).hasSize(5_000).allMatch(entry -> entry.version() == 1);
      assertThat(transactions).as("transactions").hasSizeBetween(5_000 / 32, 5_000 / 10);
    }
  }

  @Test
  void respectsServersRequestSizeLimit(@TempDir Path directory) {
    try (Etcd etcd = Etcd.start(directory, "--max-request-bytes=65536")) {
      write(etcd, 1_500, 8_000, WriteThrottle.FREE);

      assertThat(etcd.paths()).hasSize(1_500).allMatch(entry -> entry.version() == 1);
      assertThat(transactions).as("transactions").hasSizeBetween(1_500 / 8, 1_500 / 3);
    }
  }

  @Test
  void namesValueLargerThanAnyRequest(@TempDir Path directory) {
    try (Etcd etcd = Etcd.start(directory, "--max-request-bytes=65536")) {
      assertThatThrownBy(() -> write(etcd, 1, 100_000, WriteThrottle.FREE))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("writing /key-0");
    }
  }

  /** Long enough for repeats, not so long that the lock's lease would end. */
  @Test
  void writesEachKeyOnceAfterPause(@TempDir Path directory) throws Exception {
    try (Etcd etcd = Etcd.start(directory, TIMEOUT)) {
      CompletableFuture<Void> writing = writeHalfWay(etcd);

      etcd.server().process().freeze();
      int then = applied.get();
      await("more than the timeout passes")
          .during(TIMEOUT.multipliedBy(2))
          .atMost(Duration.ofMinutes(1))
          .until(() -> applied.get() < then + ENOUGH);
      etcd.server().process().thaw();

      isFinished(writing, etcd);
    }
  }

  /** The fate of an attempt without an answer can then not be read from the history. */
  @Test
  void writesEachKeyOnceAfterCompaction(@TempDir Path directory) throws Exception {
    try (Etcd etcd = Etcd.start(directory, TIMEOUT)) {
      EtcdAdmin admin = new EtcdAdmin(etcd.server().endpoint());
      CompletableFuture<Void> writing = writeHalfWay(etcd);

      etcd.server().process().freeze();
      await("an attempt is given up").atMost(Duration.ofMinutes(1)).until(() -> failures.get() > 0);
      etcd.server().process().thaw();
      while (!writing.isDone()) {
        compact(admin);
      }

      isFinished(writing, etcd);
    }
  }

  @Test
  void writesEachKeyOnceAfterKill(@TempDir Path directory) throws Exception {
    try (Etcd etcd = Etcd.start(directory, TIMEOUT)) {
      CompletableFuture<Void> writing = writeHalfWay(etcd);

      etcd.server().process().kill();
      await().atMost(Duration.ofMinutes(2)).until(() -> failures.get() > 0);
      etcd.server().start();

      isFinished(writing, etcd);
    }
  }

  private static void compact(EtcdAdmin admin) {
    try {
      admin.compact();
    } catch (IOException e) {
      // Nothing has been written since the last time.
    }
  }

  private CompletableFuture<Void> writeHalfWay(Etcd etcd) {
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> write(etcd, KEYS, 300, new FailureCounter(failures, TIMEOUT)));
    await().atMost(Duration.ofMinutes(2)).until(() -> applied.get() >= ENOUGH);
    return writing;
  }

  private void isFinished(CompletableFuture<Void> writing, Etcd etcd) throws Exception {
    writing.get(4, TimeUnit.MINUTES);

    assertThat(failures).hasPositiveValue();
    assertThat(applied).hasValue(KEYS);
    await("its keys are read")
        .atMost(Duration.ofMinutes(1))
        .ignoreException(StoreException.class)
        .untilAsserted(
            () -> assertThat(etcd.paths()).hasSize(KEYS).allMatch(entry -> entry.version() == 1));
  }

  private void write(Etcd etcd, int keys, int size, WriteThrottle writeThrottle) {
    Authority authority = etcd.authority();
    GuardedWriter writer =
        new GuardedWriter(
            etcd.connection(),
            authority,
            new WriterSettings(() -> 16, Duration.ofMinutes(3), writeThrottle),
            this::count);
    NodeData value = NodeData.of(new byte[size]);
    for (int i = 0; i < keys; i++) {
      writer.submit(new Operation.PutKey(new ZkPath("/key-" + i), value, Revision.ABSENT));
    }
    writer.flush();
  }

  private void count(List<Applied> some) {
    some.forEach(one -> transactions.add(one.at()));
    applied.addAndGet(some.size());
  }
}
