package io.metamigrate.store;

import static io.metamigrate.store.Etcd.data;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.EtcdHistory.ForeignChange;
import io.metamigrate.migrator.replay.EtcdHistory.HistoryScan;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.migrator.replay.VersionRaiser;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EtcdHistoryTest extends WithTheLock {
  private GuardedWriter writer;

  @BeforeEach
  void openWriter() {
    writer =
        new GuardedWriter(
            etcd.connection(),
            authority,
            WriterSettings.of(8, Duration.ofSeconds(60)),
            applied -> {});
  }

  @Test
  void ownWritesAreNotForeign() {
    Revision since = etcd.reader().revision();
    IntStream.range(0, 700).forEach(i -> put("/admin/clusters/c" + i));
    writer.flush();
    new VersionRaiser(etcd.connection(), authority, puts -> {})
        .raise(new VersionGoal(new ZkPath("/ledgers/idgen"), 40));
    new StateStore(etcd.connection()).put(authority, "plan", new byte[] {1});

    assertThat(foreignSince(since)).isEmpty();
  }

  @Test
  void findsForeignCreation() {
    Revision since = etcd.reader().revision();
    put("/admin/clusters/a");
    writer.flush();
    Revision at = etcd.put("/admin/clusters/b", "x");

    assertThat(foreignSince(since))
        .containsExactly(new ForeignChange(path("/admin/clusters/b"), at));
  }

  @Test
  void findsForeignChangesAmongOwnWrites() {
    Revision since = etcd.reader().revision();
    put("/admin/clusters/a");
    writer.flush();
    Revision at = etcd.put("/admin/clusters/a", "y");
    put("/admin/clusters/b");
    writer.flush();

    assertThat(foreignSince(since))
        .containsExactly(new ForeignChange(path("/admin/clusters/a"), at));
  }

  @Test
  void readsAlongWhileItIsWritten() {
    Revision since = etcd.reader().revision();
    try (EtcdHistory.HistoryAlongside history =
            new EtcdHistory.HistoryAlongside(etcd.connection(), since, Scope.ALL, Set.of());
        EtcdHistory.HistoryAlongside ownAlone =
            new EtcdHistory.HistoryAlongside(etcd.connection(), since, Scope.ALL, Set.of())) {
      IntStream.range(0, 700).forEach(i -> put("/admin/clusters/c" + i));
      writer.flush();
      assertThat(ownAlone.until(mark()).foreign()).isEmpty();
      Revision at = etcd.put("/admin/clusters/b", "x");
      put("/admin/clusters/a");
      writer.flush();

      assertThat(history.until(mark()).foreign())
          .contains(new ForeignChange(path("/admin/clusters/b"), at));
    }
  }

  /** What was compacted before the reading began is named. */
  @Test
  void namesWhatWasCompactedBeforeItReadAlong() {
    Revision since = etcd.reader().revision();
    etcd.put("/admin/clusters/b", "x");
    Revision compacted = etcd.put("/admin/clusters/b", "y");
    etcd.compact(compacted);
    try (EtcdHistory.HistoryAlongside history =
        new EtcdHistory.HistoryAlongside(etcd.connection(), since, Scope.ALL, Set.of())) {
      put("/admin/clusters/a");
      writer.flush();

      assertThat(history.until(mark()).compacted()).contains(compacted);
    }
  }

  @Test
  void findsForeignDeletion() {
    Revision since = etcd.reader().revision();
    put("/admin/clusters/a");
    writer.flush();
    Revision at = etcd.delete("/admin/clusters/a");

    assertThat(foreignSince(since))
        .containsExactly(new ForeignChange(path("/admin/clusters/a"), at));
  }

  @Test
  void ignoresComponentsOwnKeysAndPathsOutOfScope() {
    Revision since = etcd.reader().revision();
    etcd.putLeased("/ledgers/available/b1:3181");
    etcd.put("somebody/else", "x");
    etcd.put("/kop/offsets", "x");
    Revision until = mark();
    Scope scope = new Scope(List.of(path("/ledgers"), path("/admin")), List.of());

    assertThat(EtcdHistory.between(etcd.connection(), since, until, scope, Set.of()).foreign())
        .isEmpty();
  }

  @Test
  void ignoresAcceptedChanges() {
    Revision since = etcd.reader().revision();
    etcd.put("/admin/clusters/a", "x");
    Revision until = mark();

    Set<ZkPath> accepted = Set.of(path("/admin/clusters/a"), path("/admin/clusters/untouched"));
    HistoryScan answer = EtcdHistory.between(etcd.connection(), since, until, Scope.ALL, accepted);

    assertThat(answer.foreign()).isEmpty();
    assertThat(answer.accepted()).containsExactly(path("/admin/clusters/a"));
  }

  @Test
  void returnsAtOnceIfNothingIsLeftToRead() {
    Revision now = etcd.reader().revision();

    assertThat(EtcdHistory.between(etcd.connection(), now, now, Scope.ALL, Set.of()))
        .isEqualTo(new HistoryScan(Optional.empty(), Optional.empty(), Set.of()));
  }

  @Test
  void reportsCompactedHistory() {
    Revision since = etcd.reader().revision();
    etcd.put("/admin/clusters/a", "x");
    Revision until = mark();
    etcd.compact(until);

    HistoryScan answer = EtcdHistory.between(etcd.connection(), since, until, Scope.ALL, Set.of());

    assertThat(answer.compacted()).contains(until);
    assertThat(answer.foreign()).isEmpty();
  }

  private List<ForeignChange> foreignSince(Revision since) {
    HistoryScan answer = EtcdHistory.between(etcd.connection(), since, mark(), Scope.ALL, Set.of());
    assertThat(answer.compacted()).isEmpty();
    return answer.foreign().stream().toList();
  }

  /** A revision of the daemon's own, up to which the history is read. */
  private Revision mark() {
    writer.flush(Etcd.checkpoint().to(Phase.COPYING, Instant.now()));
    return new StateStore(etcd.connection()).read().checkpointAt();
  }

  private void put(String path) {
    writer.submit(new Operation.PutKey(path(path), data("x"), Revision.ABSENT));
  }

  private static ZkPath path(String value) {
    return new ZkPath(value);
  }
}
