package io.metamigrate.migrator.phase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.SeenChange.WitnessResult;
import io.metamigrate.migrator.phase.StoreCheck.KnownTarget;
import io.metamigrate.migrator.phase.StoreCheck.Mismatch;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.SourceSnapshot.Creation;
import io.metamigrate.verifier.store.SourceSnapshot.NodeText;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeZxids;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StoreCheckTest {
  private static final Creation ROOT = new Creation(new Zxid(3), 1_000);
  private static final Creation OTHER_ROOT = new Creation(new Zxid(3), 1_001);
  private static final ZkPath NODE = new ZkPath("/a/b");

  @Test
  void laterStateOfAStoreIsTheSameStore() {
    assertThat(source(known("id", ROOT, 10), known("id", ROOT, 10), 10)).isEmpty();
    assertThat(source(known("id", ROOT, 10), known("id", ROOT, 11), 10)).isEmpty();
    assertThat(source(known(null, null, 10), known("id", ROOT, 11), 10)).isEmpty();
    assertThat(source(known("id", ROOT, 10), known(null, ROOT, 11), 10)).isEmpty();
  }

  @Test
  void otherInstanceOrRootIsAnotherStore() {
    assertThat(source(known("id", ROOT, 10), known("other", ROOT, 9), 10))
        .contains("SOURCE_IS_ANOTHER");
    assertThat(source(known("id", ROOT, 10), known("id", OTHER_ROOT, 11), 10))
        .contains("SOURCE_IS_ANOTHER");
    assertThat(source(known(null, ROOT, 10), known(null, OTHER_ROOT, 11), 10))
        .contains("SOURCE_IS_ANOTHER");
  }

  /** A copy of a tree has the INSTANCEID of the original. */
  @Test
  void bothAreNamedByWhatDiffers() {
    KnownSource known = known("id", ROOT, 10);
    KnownSource copied = known("id", new Creation(new Zxid(0x2a), 1_000), 11);
    Optional<Mismatch> found =
        StoreCheck.source(known, copied, new Zxid(10), at -> Optional.empty());

    assertThat(found.orElseThrow().message())
        .contains("it has root created at zxid 0x2a, the move's has root created at zxid 0x3");
  }

  @Test
  void lowerZxidIsAnOlderState() {
    assertThat(source(known("id", ROOT, 9), known("id", ROOT, 9), 10)).contains("SOURCE_WENT_BACK");
    assertThat(source(known("id", ROOT, 10), known(null, null, 2), 10))
        .contains("SOURCE_WENT_BACK");
    assertThat(source(known("id", ROOT, 10), known(null, null, 11), 10))
        .contains("SOURCE_IS_ANOTHER");
  }

  @Test
  void missingSeenChangeShowsAnOlderState() {
    assertThat(withWitness(Map.of("/a/b", stamps(5, 7, 5)))).as("as it was seen").isEmpty();
    assertThat(withWitness(Map.of("/a/b", stamps(5, 8, 5)))).as("changed since").isEmpty();
    assertThat(withWitness(Map.of("/a/b", stamps(5, 6, 5)))).contains("SOURCE_WENT_BACK");
    assertThat(withWitness(Map.of("/a", stamps(1, 1, 8)))).as("deleted since").isEmpty();
    assertThat(withWitness(Map.of("/a", stamps(1, 1, 6)))).contains("SOURCE_WENT_BACK");
    assertThat(withWitness(Map.of("/", stamps(0, 0, 8)))).as("with its parent").isEmpty();
    assertThat(withWitness(Map.of("/", stamps(0, 0, 6)))).contains("SOURCE_WENT_BACK");
  }

  /** What is written all the time is written again, above all zxids that were seen. */
  @Test
  void changeThatWasOverwrittenAfterARestoreIsMissedByItsVersionAndByLedgerIdsGivenTwice() {
    SeenChange hot =
        new SeenChange(NODE, new Zxid(7), Optional.of(new SeenChange.ZnodeVersion(new Zxid(5), 4)));
    ZkPath path = new ZkPath("/ledgers/00/0000/L0013");
    SeenChange ledger =
        new SeenChange(path, new Zxid(7), Optional.of(new SeenChange.ZnodeVersion(new Zxid(5), 1)));

    assertThat(hot.ask(at -> Optional.of(stamps(5, 9, 5, 5)))).isEqualTo(WitnessResult.UNDECIDED);
    assertThat(hot.ask(at -> Optional.of(stamps(5, 9, 5, 4))))
        .isEqualTo(WitnessResult.CONTRADICTED);
    assertThat(hot.ask(at -> Optional.of(stamps(4, 9, 5, 9))))
        .isEqualTo(WitnessResult.CONTRADICTED);
    assertThat(hot.ask(at -> Optional.of(stamps(8, 9, 5, 0))))
        .as("deleted and created again")
        .isEqualTo(WitnessResult.UNDECIDED);
    assertThat(ledger.ask(at -> Optional.of(stamps(5, 7, 5, 1))))
        .isEqualTo(WitnessResult.CONFIRMED);
    assertThat(ledger.ask(at -> Optional.of(stamps(5, 9, 5, 2))))
        .isEqualTo(WitnessResult.UNDECIDED);
    assertThat(ledger.ask(at -> Optional.of(stamps(8, 9, 5, 0))))
        .isEqualTo(WitnessResult.CONTRADICTED);
  }

  @Test
  void witnessThatWasRecordedWithoutItsCreationIsReadToo() {
    MoveIdentity identity =
        MoveIdentity.create()
            .with(Ensemble.LOCAL, known("id", ROOT, 10).with(List.of(witness("/a", 9))));

    assertThat(
            MoveIdentity.read(
                new String(identity.toJson(), UTF_8).replace(",\"life\":null", "").getBytes(UTF_8)))
        .isEqualTo(identity);
  }

  @Test
  void moveThatReadsAConfigurationStoreIsNotContinuedWithoutIt() {
    MoveIdentity one = MoveIdentity.create().with(Ensemble.LOCAL, known("id", ROOT, 10));
    MoveIdentity both = one.with(Ensemble.CONFIGURATION, known(null, ROOT, 10));
    List<Ensemble> local = List.of(Ensemble.LOCAL);
    List<Ensemble> all = List.of(Ensemble.LOCAL, Ensemble.CONFIGURATION);

    assertThat(id(StoreCheck.configured(Optional.empty(), local))).isEmpty();
    assertThat(id(StoreCheck.configured(Optional.of(one), local))).isEmpty();
    assertThat(id(StoreCheck.configured(Optional.of(one), all))).isEmpty();
    assertThat(id(StoreCheck.configured(Optional.of(both), all))).isEmpty();
    assertThat(id(StoreCheck.configured(Optional.of(both), local))).contains("SOURCE_IS_ANOTHER");
    assertThat(id(StoreCheck.configured(Optional.of(both.renewed()), local))).isEmpty();
  }

  @Test
  void reportsAnotherChrootAsSuch() {
    KnownSource move = known("id", ROOT, 10).with(List.of(witness("/a", 9)));

    assertThat(
            StoreCheck.source(
                    move, known(null, null, 20), new Zxid(10), path -> Optional.of(stamps(1, 1, 1)))
                .orElseThrow()
                .message())
        .contains("another one, was emptied, or has the move's metadata below another chroot");
  }

  @Test
  void newestConclusiveChangeDecides() {
    List<SeenChange> all = List.of(witness("/old", 4), witness("/new", 9));

    assertThat(
            SeenChange.firstDenied(
                all,
                path -> Optional.of(path.name().equals("new") ? stamps(1, 9, 1) : stamps(1, 3, 1))))
        .isEmpty();
    assertThat(
            SeenChange.firstDenied(
                all,
                path -> Optional.of(path.name().equals("new") ? stamps(1, 8, 1) : stamps(1, 4, 1))))
        .contains(all.get(1));
  }

  @Test
  void distinguishesEmptiedOtherAndOlderEtcd() {
    KnownTarget seen = KnownTarget.NONE.and(snapshot("n1", 0, 50, 48));

    assertThat(id(StoreCheck.target(KnownTarget.NONE, snapshot(null, 0, 1, 0)))).isEmpty();
    assertThat(id(StoreCheck.target(seen, snapshot("n1", 0, 50, 48)))).isEmpty();
    assertThat(id(StoreCheck.target(seen, snapshot(null, 0, 90, 0)))).contains("TARGET_IS_ANOTHER");
    assertThat(id(StoreCheck.target(seen, snapshot("n2", 0, 90, 80))))
        .contains("TARGET_IS_ANOTHER");
    assertThat(id(StoreCheck.target(seen, snapshot("n1", 0, 49, 48)))).contains("TARGET_WENT_BACK");
    assertThat(id(StoreCheck.target(seen, snapshot("n1", 0, 90, 47))))
        .as("others have written to the older one")
        .contains("TARGET_WENT_BACK");
  }

  @Test
  void epochInZooKeeperContradictsAnEtcdFromBeforeIt() {
    Optional<Epoch> onEtcd = Optional.of(new Epoch(3, "n1", Store.ETCD));

    assertThat(id(StoreCheck.epoch(Optional.empty(), snapshot(null, 0, 1, 0)))).isEmpty();
    assertThat(id(StoreCheck.epoch(onEtcd, snapshot("n1", 3, 1, 0)))).isEmpty();
    assertThat(id(StoreCheck.epoch(onEtcd, snapshot("n1", 2, 9, 0)))).contains("TARGET_WENT_BACK");
    assertThat(id(StoreCheck.epoch(onEtcd, snapshot("n2", 9, 9, 0)))).contains("TARGET_IS_ANOTHER");
    assertThat(id(StoreCheck.epoch(onEtcd, snapshot(null, 0, 9, 0)))).contains("TARGET_IS_ANOTHER");
  }

  @Test
  void acceptsNewButNotOlderEtcdAfterRollback() {
    Optional<Epoch> back = Optional.of(new Epoch(4, "n1", Store.ZOOKEEPER));

    assertThat(id(StoreCheck.epoch(back, snapshot(null, 0, 1, 0)))).isEmpty();
    assertThat(id(StoreCheck.epoch(back, snapshot("n2", 0, 1, 0)))).isEmpty();
    assertThat(id(StoreCheck.epoch(back, snapshot("n1", 4, 1, 0)))).isEmpty();
    assertThat(id(StoreCheck.epoch(back, snapshot("n1", 3, 1, 0)))).contains("TARGET_WENT_BACK");
  }

  @Test
  void acceptanceOfAContradictionIsPermanent() {
    Optional<Epoch> onEtcd = Optional.of(new Epoch(3, "n1", Store.ETCD));

    for (String nonce : List.of("n1", "n2")) {
      MoveIdentity accepted =
          StoreCheck.accepting(snapshot(nonce, 0, 1, 0).identity().orElseThrow(), onEtcd);
      assertThat(
              StoreCheck.epoch(
                  onEtcd,
                  new TargetSnapshot(
                      Optional.of(MoveIdentity.read(accepted.toJson())),
                      Optional.empty(),
                      new Revision(1),
                      new Revision(1))))
          .isEmpty();
    }
  }

  @Test
  void epochIsReadAsItIsWritten() {
    Epoch epoch = new Epoch(12, "a-b-c", Store.ZOOKEEPER);

    assertThat(Epoch.parse(epoch.toString())).isEqualTo(epoch);
  }

  @Test
  void epochThatNobodyCanReadIsNotTakenForNone() {
    assertThat(id(StoreCheck.hiddenEpoch(Optional.empty()))).isEmpty();
    assertThat(id(StoreCheck.hiddenEpoch(Optional.of(new NodeText(Optional.of("3 n1 etcd"))))))
        .isEmpty();
    assertThat(id(StoreCheck.hiddenEpoch(Optional.of(new NodeText(Optional.empty())))))
        .contains("SOURCE_UNREADABLE");
    assertThat(
            id(
                StoreCheck.unreadableEpoch(
                    Optional.of(new NodeText(Optional.of("of a later one"))))))
        .contains("TARGET_IS_ANOTHER");
    assertThat(id(StoreCheck.unreadableEpoch(Optional.of(new NodeText(Optional.of("3 n1 etcd"))))))
        .isEmpty();
  }

  private static Optional<String> withWitness(Map<String, ZnodeZxids> tree) {
    KnownSource known = known("id", ROOT, 10).with(List.of(witness(NODE.value(), 7)));
    return id(
        StoreCheck.source(
            known,
            known("id", ROOT, 20),
            new Zxid(10),
            path -> Optional.ofNullable(tree.get(path.value()))));
  }

  private static Optional<String> source(KnownSource known, KnownSource now, long seen) {
    return id(StoreCheck.source(known, now, new Zxid(seen), path -> Optional.empty()));
  }

  private static Optional<String> id(Optional<Mismatch> mismatch) {
    return mismatch.map(Mismatch::id);
  }

  private static SeenChange witness(String path, long mzxid) {
    return new SeenChange(new ZkPath(path), new Zxid(mzxid), Optional.empty());
  }

  private static ZnodeZxids stamps(long czxid, long mzxid, long pzxid) {
    return stamps(czxid, mzxid, pzxid, 0);
  }

  private static ZnodeZxids stamps(long czxid, long mzxid, long pzxid, int version) {
    return new ZnodeZxids(new Zxid(czxid), new Zxid(mzxid), new Zxid(pzxid), version);
  }

  private static KnownSource known(
      @org.jspecify.annotations.Nullable String instanceId,
      @org.jspecify.annotations.Nullable Creation root,
      long zxid) {
    return new KnownSource(
        Optional.ofNullable(instanceId), Optional.ofNullable(root), new Zxid(zxid), List.of());
  }

  private static TargetSnapshot snapshot(
      @org.jspecify.annotations.Nullable String nonce, long epoch, long revision, long mark) {
    return new TargetSnapshot(
        Optional.ofNullable(nonce)
            .map(n -> new MoveIdentity(MoveIdentity.FORMAT, n, epoch, Optional.empty(), Map.of())),
        Optional.empty(),
        new Revision(revision),
        new Revision(mark));
  }
}
