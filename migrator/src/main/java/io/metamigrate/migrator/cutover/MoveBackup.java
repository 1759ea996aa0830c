package io.metamigrate.migrator.cutover;

import static java.util.Objects.requireNonNull;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;

/**
 * A copy of the move's document in ZooKeeper, from the claim of its writes on, so that a move can
 * be undone when etcd is permanently lost. It is written before each act and after it.
 *
 * @param nonce of the move
 * @param epoch how often the authority had passed, as etcd recorded it
 * @param firstStart what etcd keeps of the first broker's start there
 * @param idle other metadata writers that did not run when the move began, one a line
 * @param addresses what a rollback gives each node, as {@link SettingsArchive} keeps it
 * @param release of Pulsar, as {@link MovedRelease} keeps it
 * @param writes how often etcd had kept the document by then: it only grows, so that an etcd which
 *     has kept it less often was restored from a backup
 * @param returned whether a rollback that is repeated had proven before that ZooKeeper has all that
 *     etcd has, and etcd was not changed since
 */
record MoveBackup(
    String nonce,
    long epoch,
    CutoverState state,
    NodeList nodes,
    Optional<String> firstStart,
    String idle,
    Map<String, Map<String, String>> addresses,
    Optional<String> release,
    long writes,
    boolean returned) {
  static final ZkPath PATH = GuardedZooKeeper.COPY;

  /** A copy that an earlier release wrote has fewer fields, but always the required ones. */
  MoveBackup {
    requireNonNull(nonce, "nonce");
    requireNonNull(state, "state");
    requireNonNull(nodes, "nodes");
    firstStart = firstStart == null ? Optional.empty() : firstStart;
    idle = Objects.requireNonNullElse(idle, "");
    addresses = addresses == null ? Map.of() : Map.copyOf(addresses);
    release = release == null ? Optional.empty() : release;
  }

  /** Reads etcd's document and writes it to ZooKeeper under the guard. */
  static void write(StateStore states, Journal journal, ZnodeReader znodes, GuardedZooKeeper to) {
    MoveIdentity identity = states.snapshot().identity().orElseGet(MoveIdentity::create);
    NodeList nodes =
        states.get(NodeRegistry.DOCUMENT).map(CutoverCodec::readNodes).orElse(NodeList.NONE);
    MoveBackup copy =
        new MoveBackup(
            identity.nonce(),
            identity.epoch(),
            journal.state(),
            nodes,
            FirstStart.recorded(Store.ETCD, states),
            MetadataWriters.idle(states::get),
            SettingsArchive.addresses(states.get(SettingsArchive.ADDRESSES)),
            MovedRelease.recorded(states),
            states.writes(Journal.DOCUMENT),
            journal.hasEverythingOnZooKeeper());
    NodeData data = NodeData.of(CutoverCodec.write(copy));
    Optional<Znode> there = znodes.read(PATH);
    if (there.filter(znode -> znode.data().equals(data)).isPresent()) {
      return;
    }
    Code code = to.write(ZnodeWrite.put(there, PATH, data));
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper refused the copy of the move at %s: %s".formatted(PATH, code));
    }
  }

  /**
   * Whether a broker's start on etcd may have been issued: from then on etcd alone has everything,
   * until a rollback has made ZooKeeper authoritative again.
   *
   * @param recorded the epoch in ZooKeeper; it passes there right before the first start there
   */
  boolean mayServeOnEtcd(Optional<Epoch> recorded) {
    if (state.progress() == MoveProgress.BACK_AFTER_NO_RETURN) {
      return !isReturned(recorded);
    }
    return state.hasBegun(StepKind.START_FIRST_BROKER)
        && FirstStart.mayBeIssuedOnEtcd(firstStart, true);
  }

  /**
   * Whether that etcd holds no cutover, another one, or an older state of this one: it was restored
   * from a backup.
   */
  boolean isAheadOf(StateStore states) {
    return states.writes(Journal.DOCUMENT) < writes
        || states
            .get(Journal.DOCUMENT)
            .map(CutoverCodec::read)
            .filter(known -> known.header().equals(state.header()))
            .isEmpty();
  }

  /**
   * Whether ZooKeeper has everything again: brokers may serve on it, or a rollback has compared
   * both stores after its copy.
   */
  boolean isReturned(Optional<Epoch> recorded) {
    return state.progress() == MoveProgress.BACK_AFTER_NO_RETURN
        && recorded
            .filter(of -> of.nonce().equals(nonce))
            .filter(
                of ->
                    of.authority() == Store.ZOOKEEPER
                        || (of.number() <= epoch && (returned || hasVerifiedBack(state))))
            .isPresent();
  }

  /** Whether a rollback has copied etcd to ZooKeeper and compared both afterwards. */
  static boolean hasVerifiedBack(CutoverState state) {
    return Stream.of(StepKind.COPY_BACK, StepKind.RAISE_IDS, StepKind.VERIFY_BACK)
        .allMatch(
            kind -> state.back().stream().anyMatch(record -> kind.isOf(record) && record.isDone()));
  }

  /** The copy, if a move has claimed ZooKeeper and has not left it. */
  static Optional<MoveBackup> read(ZnodeReader znodes) {
    return znodes.read(PATH).map(znode -> CutoverCodec.readCopy(znode.data().bytes()));
  }
}
