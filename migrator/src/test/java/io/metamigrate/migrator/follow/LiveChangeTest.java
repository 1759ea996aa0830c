package io.metamigrate.migrator.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LiveChangeTest {
  private static final ZkPath PATH = new ZkPath("/admin/policies/tenant");
  private static final Optional<TrackedKey> SEEN =
      Optional.of(TrackedKey.of(znode(100, Ensemble.LOCAL), new Revision(5), 1));

  @Test
  void ignoresEchoOfItsOwnWrite() {
    assertThat(operation(znode(100, Ensemble.LOCAL))).isEmpty();
    assertThat(operation(znode(99, Ensemble.LOCAL))).isEmpty();
  }

  @Test
  void putsNewerValue() {
    assertThat(operation(znode(101, Ensemble.LOCAL))).get().isInstanceOf(Operation.PutKey.class);
  }

  @Test
  void pathThatChangedEnsembleIsNotAnEcho() {
    assertThat(operation(znode(1, Ensemble.CONFIGURATION)))
        .get()
        .isInstanceOf(Operation.PutKey.class);
  }

  @Test
  void deletesMissingNodeAtItsLastRevision() {
    assertThat(LiveChange.operation(PATH, Optional.empty(), SEEN, false))
        .contains(new Operation.DeleteKey(PATH, new Revision(5)));
  }

  private static Optional<Operation> operation(Znode now) {
    return LiveChange.operation(PATH, Optional.of(now), SEEN, false);
  }

  private static Znode znode(long zxid, Ensemble ensemble) {
    Zxid at = new Zxid(zxid);
    NodeData data = NodeData.of("{}".getBytes(UTF_8));
    return new Znode(PATH, data, at, at, at, 0, 0, 0, 0, ensemble);
  }
}
