package io.metamigrate.migrator.cutover.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.fence.MirrorPlan.MirrorChange;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MirrorPlanTest {
  private static final ZkPath BOOKIE = new ZkPath("/ledgers/available/b1:3181");

  @Test
  void aLeasedKeyIsMirrored() {
    assertThat(plan(Map.of(BOOKIE, key(7)), Map.of(), Set.of()))
        .containsExactly(new MirrorChange.CreateMirror(BOOKIE, key(7).data()));
  }

  @Test
  void aKeyWithoutALeaseIsNoBookie() {
    assertThat(plan(Map.of(BOOKIE, key(0)), Map.of(), Set.of())).isEmpty();
  }

  @Test
  void waitsWhileTheBookiesOwnOldSessionHasTheName() {
    assertThat(plan(Map.of(BOOKIE, key(7)), Map.of(BOOKIE, znode("", 0xabL)), Set.of()))
        .containsExactly(new MirrorChange.AwaitOwner(BOOKIE, 0xabL));
  }

  @Test
  void neverTakesAPersistentNodeThatItDidNotMake() {
    assertThat(plan(Map.of(BOOKIE, key(7)), Map.of(BOOKIE, znode("info", 0)), Set.of()))
        .containsExactly(new MirrorChange.Foreign(BOOKIE));
  }

  @Test
  void anEqualMirrorIsLeftAlone() {
    assertThat(plan(Map.of(BOOKIE, key(7)), Map.of(BOOKIE, znode("info", 0)), Set.of(BOOKIE)))
        .isEmpty();
  }

  @Test
  void aMirrorFollowsItsKey() {
    assertThat(plan(Map.of(BOOKIE, key(7)), Map.of(BOOKIE, znode("old", 0)), Set.of(BOOKIE)))
        .containsExactly(new MirrorChange.Update(BOOKIE, key(7).data(), 3));
  }

  @Test
  void aMirrorIsRemovedWithItsKey() {
    assertThat(plan(Map.of(), Map.of(BOOKIE, znode("info", 0)), Set.of(BOOKIE)))
        .containsExactly(new MirrorChange.DeleteMirror(BOOKIE, 3));
  }

  @Test
  void aMirrorIsRemovedWithTheLeaseOfItsKey() {
    assertThat(plan(Map.of(BOOKIE, key(0)), Map.of(BOOKIE, znode("info", 0)), Set.of(BOOKIE)))
        .containsExactly(new MirrorChange.DeleteMirror(BOOKIE, 3));
  }

  @Test
  void aBookieThatIsBackInZooKeeperIsNeverRemoved() {
    assertThat(plan(Map.of(), Map.of(BOOKIE, znode("", 0xabL)), Set.of(BOOKIE)))
        .containsExactly(new MirrorChange.Unlist(BOOKIE));
  }

  @Test
  void aMirrorThatIsGoneAndWantedIsMadeAgain() {
    assertThat(plan(Map.of(BOOKIE, key(7)), Map.of(), Set.of(BOOKIE)))
        .containsExactly(new MirrorChange.CreateMirror(BOOKIE, key(7).data()));
  }

  private static List<MirrorChange> plan(
      Map<ZkPath, EtcdEntry> etcd, Map<ZkPath, Znode> zookeeper, Set<ZkPath> listed) {
    return MirrorPlan.plan(etcd, zookeeper, listed);
  }

  private static EtcdEntry key(long lease) {
    return FencedNodes.key(BOOKIE.value(), "info", lease);
  }

  private static Znode znode(String data, long owner) {
    return FencedNodes.znode(BOOKIE.value(), data, owner, 1);
  }
}
