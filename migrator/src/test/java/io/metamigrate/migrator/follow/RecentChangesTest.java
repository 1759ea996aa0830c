package io.metamigrate.migrator.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.SeenChange;
import io.metamigrate.migrator.phase.SeenChange.ZnodeVersion;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecentChangesTest {
  private final RecentChanges changes = new RecentChanges();

  @Test
  void pathThatIsWrittenAllTheTimeCountsOnceAndByItsNewestChange() {
    changes.observe(znode("/once", 5, 0, 0));
    for (int i = 0; i < 100; i++) {
      changes.observe(znode("/hot", 10 + i, i, 0));
    }

    assertThat(kept())
        .containsExactly(
            new SeenChange(
                new ZkPath("/hot"), new Zxid(109), Optional.of(new ZnodeVersion(new Zxid(1), 99))),
            new SeenChange(
                new ZkPath("/once"), new Zxid(5), Optional.of(new ZnodeVersion(new Zxid(1), 0))));
  }

  @Test
  void newestOfManyPathsAreKeptAndNoneThatASessionOwns() {
    for (int i = 0; i < 100; i++) {
      changes.observe(znode("/n" + i, 10 + i, 0, 0));
    }
    changes.observe(znode("/old", 3, 0, 0));
    changes.observe(znode("/owned", 500, 0, 7));

    assertThat(kept()).hasSize(SeenChange.KEPT);
    assertThat(kept().get(0).path()).isEqualTo(new ZkPath("/n99"));
    assertThat(kept()).allMatch(witness -> witness.mzxid().compareTo(new Zxid(90)) > 0);
  }

  private List<SeenChange> kept() {
    return changes.all().getOrDefault(Ensemble.LOCAL, List.of());
  }

  private static Znode znode(String path, long mzxid, int version, long owner) {
    return new Znode(
        new ZkPath(path),
        NodeData.EMPTY,
        new Zxid(1),
        new Zxid(mzxid),
        new Zxid(1),
        version,
        0,
        0,
        owner);
  }
}
