package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.fence.FencedNodes;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReverseReconcilerTest {
  private static final String TOPIC = "/managed-ledgers/t/n/persistent/a";

  @Test
  void whatOnlyEtcdHasIsCreated() {
    assertThat(change(TOPIC, none(), key(TOPIC, "x", 0)))
        .contains(new ZnodeWrite.Create(new ZkPath(TOPIC), data("x"), false));
  }

  @Test
  void whatDiffersOnEtcdIsSetAtTheVersionThatWasSeen() {
    assertThat(change(TOPIC, znode(TOPIC, "old", 0), key(TOPIC, "x", 0)))
        .contains(new ZnodeWrite.Set(new ZkPath(TOPIC), data("x"), 3));
  }

  @Test
  void whatEtcdNoLongerHasIsDeleted() {
    assertThat(change(TOPIC, znode(TOPIC, "old", 0), none()))
        .contains(new ZnodeWrite.Delete(new ZkPath(TOPIC), 3));
  }

  @Test
  void whatIsTheSameStays() {
    assertThat(change(TOPIC, znode(TOPIC, "x", 0), key(TOPIC, "x", 0))).isEmpty();
  }

  @Test
  void registrationsAndWhatSessionsOwnStay() {
    String bookie = "/ledgers/available/b1:3181";
    assertThat(change(bookie, none(), key(bookie, "", 7))).isEmpty();
    assertThat(change("/plugin/lock", znode("/plugin/lock", "", 9), none())).isEmpty();
    assertThat(change("/plugin/lock", none(), key("/plugin/lock", "", 7))).isEmpty();
  }

  @Test
  void countersAndDirectoriesAreNotCopied() {
    assertThat(change("/ledgers/idgen", none(), key("/ledgers/idgen", "", 0))).isEmpty();
    assertThat(change("/ledgers/00/0000", znode("/ledgers/00/0000", "", 0), none())).isEmpty();
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private static NodeData data(String text) {
    return FencedNodes.key("/x", text, 0).data();
  }

  private static Optional<Znode> znode(String path, String data, long owner) {
    return Optional.of(FencedNodes.znode(path, data, owner, 1));
  }

  private static Optional<EtcdEntry> key(String path, String data, long lease) {
    return Optional.of(FencedNodes.key(path, data, lease));
  }

  private static Optional<ZnodeWrite> change(
      String path, Optional<Znode> source, Optional<EtcdEntry> target) {
    return ReverseReconciler.change(new Pair(new ZkPath(path), source, target));
  }
}
