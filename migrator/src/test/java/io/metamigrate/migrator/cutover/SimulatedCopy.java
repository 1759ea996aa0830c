package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.SimulatedJournal.Kept;
import io.metamigrate.migrator.cutover.world.Persisted;
import io.metamigrate.migrator.cutover.world.StoreState;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.verifier.store.Store;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The copy of the move in the ZooKeeper of a world. */
record SimulatedCopy(MoveBackup move) implements Persisted {
  private static final String NONCE = "known";

  static SimulatedCopy of(World world, CutoverState state, Kept kept) {
    String nodes = kept.documents().get(NodeRegistry.DOCUMENT);
    return new SimulatedCopy(
        new MoveBackup(
            NONCE,
            world.etcd.epoch,
            state,
            nodes == null ? NodeList.NONE : CutoverCodec.readNodes(nodes.getBytes(UTF_8)),
            Optional.ofNullable(kept.documents().get(FirstStart.COMMIT)),
            "",
            Map.of(),
            Optional.empty(),
            world.etcd.writes,
            false));
  }

  static Optional<MoveBackup> in(World world) {
    return Optional.ofNullable((@Nullable SimulatedCopy) world.copied).map(SimulatedCopy::move);
  }

  /** What ZooKeeper has recorded of the authority. */
  static Optional<Epoch> epoch(World world) {
    int epoch = world.zookeeper.epoch;
    return epoch == 0
        ? Optional.empty()
        : Optional.of(
            new Epoch(epoch, NONCE, world.isEpochOfZooKeeper() ? Store.ZOOKEEPER : Store.ETCD));
  }

  /** The copy, if that etcd has less of the move. */
  static Optional<MoveBackup> aheadOfEtcd(World world) {
    return in(world).filter(copy -> world.etcd.writes < copy.writes());
  }

  @Override
  public String canonical() {
    return Kept.canonical(move.state()) + move.firstStart() + move.nodes();
  }

  @Override
  public boolean isReleasing() {
    return false;
  }

  @Override
  public boolean mayServeOnEtcd() {
    return FirstStart.mayServeOnEtcd(move.firstStart(), move.state());
  }

  @Override
  public boolean canDoWithoutZooKeeper() {
    return false;
  }

  /** {@link MoveBackup#isAheadOf}. */
  @Override
  public boolean isAheadOf(StoreState etcd) {
    return etcd.writes < move.writes();
  }

  @Override
  public boolean isReturned(World world) {
    return move.isReturned(epoch(world));
  }
}
