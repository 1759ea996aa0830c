package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a rollback after the point of no return needs of ZooKeeper, asked while the brokers still
 * serve on etcd: otherwise a rollback that cannot finish would stop them.
 */
final class RollbackReadiness {
  private static final String MARK = "rollback-check";

  /**
   * Ledger managers of BookKeeper that know no ids above 2^31 - 1 (FlatLedgerManager,
   * LegacyHierarchicalLedgerManager, MSLedgerManagerFactory of BookKeeper 4.14).
   */
  private static final Pattern SHORT_IDS =
      Pattern.compile("LegacyHierarchicalLedgerManager|FlatLedgerManager|MSLedgerManager");

  private static final ZkPath LAYOUT = new ZkPath("/ledgers/LAYOUT");

  private final Stores stores;
  private final Function<Ensemble, GuardedZooKeeper> zookeepers;
  private final Collection<ZkPath> fenced;
  private final ReverseCopy copy;

  RollbackReadiness(CutoverContext context, ReverseCopy copy) {
    this(
        context.stores(),
        context.services()::zookeeper,
        context.journal().state().fence().saved().keySet(),
        copy);
  }

  /**
   * Prepares.
   *
   * @param fenced the nodes that may be fenced
   */
  RollbackReadiness(
      Stores stores,
      Function<Ensemble, GuardedZooKeeper> zookeepers,
      Collection<ZkPath> fenced,
      ReverseCopy copy) {
    this.stores = stores;
    this.zookeepers = zookeepers;
    this.fenced = Set.copyOf(fenced);
    this.copy = copy;
  }

  /**
   * Asks all of it.
   *
   * @return what the rollback will do to ZooKeeper
   * @throws StepFailedException naming each thing that would keep it from finishing
   */
  String require() {
    List<String> obstacles = new ArrayList<>(writeObstacles());
    ReverseCopy.CopyPreview preview = copy.preview();
    obstacles.addAll(contentObstacles(preview, obstacles.isEmpty()));
    if (!obstacles.isEmpty()) {
      throw new StepFailedException(
          "ZooKeeper is not ready to take over the cluster: " + String.join("; ", obstacles));
    }
    return preview.pass().toString();
  }

  /** What keeps ZooKeeper from being written to, and its fence from being lifted; this writes. */
  List<String> writeObstacles() {
    List<String> obstacles = new ArrayList<>();
    for (Ensemble ensemble : stores.ensembles()) {
      try {
        zookeepers.apply(ensemble).mark(MARK);
      } catch (StoreException e) {
        obstacles.add("ZooKeeper accepts no writes: " + e.getMessage());
      }
    }
    return obstacles.isEmpty() ? fence() : obstacles;
  }

  /** What of etcd's content ZooKeeper would refuse, or could not read; tries a large value. */
  List<String> contentObstacles() {
    return contentObstacles(copy.preview(), true);
  }

  private List<String> contentObstacles(ReverseCopy.CopyPreview preview, boolean mayTry) {
    List<String> obstacles = new ArrayList<>();
    preview.pass().impossible().ifPresent(obstacles::add);
    preview
        .largest()
        .filter(largest -> mayTry && obstacles.isEmpty())
        .flatMap(this::size)
        .ifPresent(obstacles::add);
    layout(preview).ifPresent(obstacles::add);
    return obstacles;
  }

  /** Above the default of a server it is tried: only that shows what the servers were given. */
  private Optional<String> size(ReverseCopy.LargestValue largest) {
    if (largest.bytes() <= ReverseCopy.MOST_VALUE_BYTES) {
      return Optional.empty();
    }
    GuardedZooKeeper zookeeper = zookeepers.apply(Ensemble.LOCAL);
    ZkPath probe = GuardedZooKeeper.GUARD.child("rollback-check-size");
    try {
      zookeeper.write(
          new ZnodeWrite.Create(
              probe, NodeData.of(new byte[Math.toIntExact(largest.bytes())]), false));
      zookeeper.write(new ZnodeWrite.Delete(probe, -1));
      return Optional.empty();
    } catch (StoreException e) {
      return Optional.of(
          "the value of %s has %,d bytes, which ZooKeeper does not accept (%s); raise jute.maxbuffer of its servers"
              .formatted(largest.path(), largest.bytes(), e.getMessage()));
    }
  }

  /** The right to lift it, shown by setting the list that is there once more. */
  private List<String> fence() {
    Fence fence = new Fence(stores.zookeeper(), zookeepers.apply(Ensemble.LOCAL));
    List<ZkPath> services =
        fence.read(fenced).entrySet().stream()
            .filter(entry -> Fence.isFence(entry.getValue()))
            .map(entry -> entry.getKey())
            .toList();
    return fence
        .raise(services)
        .map(refused -> List.of("the fence could not be lifted: " + refused))
        .orElse(List.of());
  }

  private Optional<String> layout(ReverseCopy.CopyPreview preview) {
    Optional<String> layout =
        stores
            .znodes()
            .read(LAYOUT)
            .map(Znode::data)
            .map(data -> new String(data.bytes(), StandardCharsets.UTF_8));
    return layout
        .filter(text -> SHORT_IDS.matcher(text).find())
        .flatMap(
            text ->
                preview
                    .longLedger()
                    .map(
                        path ->
                            "%s names a ledger manager that cannot read long ids (%s), and etcd has %s"
                                .formatted(LAYOUT, text.strip(), path)));
  }
}
