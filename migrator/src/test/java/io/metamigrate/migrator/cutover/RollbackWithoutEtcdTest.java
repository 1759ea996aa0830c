package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a rollback without etcd reports, and the command that continues it. */
final class RollbackWithoutEtcdTest {
  /** The name of one bookie may begin another's. */
  @Test
  void repeatsEachOptionThatWasGivenOrIsNamed() {
    assertThat(
            RollbackWithoutEtcd.again(
                "c1", Set.of("bookie-10"), "down; add `--lost-bookie bookie-1`"))
        .isEqualTo(
            "migrate rollback --confirm c1 --without-etcd --lost-bookie bookie-1 --lost-bookie"
                + " bookie-10");
    assertThat(
            RollbackWithoutEtcd.again(
                "c1", Set.of("bookie-1"), "down; add `--lost-bookie bookie-1`"))
        .isEqualTo("migrate rollback --confirm c1 --without-etcd --lost-bookie bookie-1");
  }

  /** Brokers may have written to it. */
  @Test
  void namesBookieThatOnlyItsMirrorShows() {
    ZkPath known = Registrations.writable("b1:3181");
    ZkPath joined = Registrations.readOnly("b2:3181");

    assertThat(
            RollbackWithoutEtcd.joinedOnEtcd(
                new TreeSet<>(Set.of(known, joined)), Set.of("b1:3181")))
        .singleElement()
        .asString()
        .contains("bookie b2:3181 joined on etcd", joined + " in ZooKeeper");
  }

  @Test
  void namesWhatItDidNotCheckOrCopy() {
    List<String> undone =
        RollbackWithoutEtcd.notes(
            MoveProgress.BACK_BEFORE_NO_RETURN, Set.of("b9"), List.of("ALARM: a late write"));
    List<String> finished =
        RollbackWithoutEtcd.notes(MoveProgress.BACK_AFTER_NO_RETURN, Set.of(), List.of());

    assertThat(undone)
        .anyMatch(note -> note.contains("ledger ids"))
        .anyMatch(note -> note.contains("needs an empty etcd"))
        .noneMatch(note -> note.contains("had compared both stores"))
        .contains("ALARM: a late write", "bookie b9 is recorded as lost");
    assertThat(finished).anyMatch(note -> note.contains("had compared both stores"));
  }
}
