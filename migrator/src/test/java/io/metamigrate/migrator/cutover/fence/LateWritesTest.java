package io.metamigrate.migrator.cutover.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.fence.LateWrites.WatchedChange;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LateWritesTest {
  private static final String TOPIC = "/managed-ledgers/t/n/persistent/a";
  private static final String PARENT = "/managed-ledgers/t/n/persistent";

  @Test
  void aChangeOfACopiedNodeIsLate() {
    assertThat(of(TOPIC, WatchedChange.CHANGED, znode(TOPIC, "x", 0), none()))
        .contains(
            new LateWrite(
                new ZkPath(TOPIC), "changed", Optional.of("0x64"), none(), Ensemble.LOCAL));
  }

  @Test
  void theEndOfACopiedNodeIsLate() {
    assertThat(of(TOPIC, WatchedChange.DELETED, none(), key(TOPIC, "x"))).isPresent();
  }

  @Test
  void theReapingOfAnEmptyParentIsNot() {
    assertThat(of(PARENT, WatchedChange.DELETED, none(), key(PARENT, ""))).isEmpty();
  }

  @Test
  void theEndOfAnEphemeralIsNot() {
    assertThat(of("/plugin/lock", WatchedChange.DELETED, none(), none())).isEmpty();
    assertThat(of("/namespace/t/n/0x0_0x1", WatchedChange.DELETED, none(), none())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metamigrate/mark",
        "/ledgers/available/b1:3181",
        "/zookeeper/quota",
        "/ledgers/00/0000"
      })
  void theDaemonsOwnAndWhatIsNotMigratedIsNot(String path) {
    assertThat(of(path, WatchedChange.CREATED, znode(path, "", 0), none())).isEmpty();
  }

  @Test
  void allocatedIdIsLateAlthoughItsNodeIsDeletedAtOnce() {
    assertThat(of("/ledgers/idgen/ID-0000000007", WatchedChange.CREATED, none(), none()))
        .map(LateWrite::kind)
        .contains("id-drawn");
  }

  @Test
  void aBrokerThatRegistersIsLate() {
    assertThat(
            of(
                "/loadbalance/brokers/b:8080",
                WatchedChange.CREATED,
                znode("/loadbalance/brokers/b:8080", "", 0xabL),
                none()))
        .contains(
            new LateWrite(
                new ZkPath("/loadbalance/brokers/b:8080"),
                "broker",
                Optional.of("0x64"),
                Optional.of("0xab"),
                Ensemble.LOCAL));
  }

  @Test
  void aScanFindsWhatIsNewerThanTheFence() {
    assertThat(LateWrites.found(Scope.ALL, FencedNodes.znode(TOPIC, "x", 0, 100), new Zxid(99)))
        .isPresent();
    assertThat(LateWrites.found(Scope.ALL, FencedNodes.znode(TOPIC, "x", 0, 100), new Zxid(100)))
        .isEmpty();
  }

  @Test
  void aScanFindsParentsThatMayHaveLostAChild() {
    Znode changed = FencedNodes.parent(PARENT, 100);

    assertThat(LateWrites.missingSince(Scope.ALL, changed, new Zxid(99)))
        .contains(
            new LateWrite(
                new ZkPath(PARENT), "child-deleted", Optional.of("0x64"), none(), Ensemble.LOCAL));
    assertThat(LateWrites.missingSince(Scope.ALL, changed, new Zxid(100))).isEmpty();
    Znode registrations = FencedNodes.parent("/ledgers/available", 100);
    assertThat(LateWrites.missingSince(Scope.ALL, registrations, new Zxid(99))).isEmpty();
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private static Optional<Znode> znode(String path, String data, long owner) {
    return Optional.of(FencedNodes.znode(path, data, owner, 100));
  }

  private static Optional<EtcdEntry> key(String path, String data) {
    return Optional.of(FencedNodes.key(path, data, 0));
  }

  private static Optional<LateWrite> of(
      String path, WatchedChange event, Optional<Znode> now, Optional<EtcdEntry> key) {
    return LateWrites.of(Scope.ALL, new ZkPath(path), event, now, key);
  }
}
