package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.SharedConfigurationStore.ChangeOrigin;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.OverCompactions;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Applies to ZooKeeper what etcd has and ZooKeeper lacks: "compare, then apply the difference" the
 * other way round, so that it can be killed anywhere and repeated. A parent without a key on etcd
 * is created as a container, as Pulsar does (ZKMetadataStore). For one thread.
 */
final class ReverseCopy {
  private static final int BATCH = 100;

  /**
   * The data of one batch. A server closes the connection on a request above its jute.maxbuffer,
   * which is 1 MiB by default ({@code BinaryInputArchive}, 3.9.5).
   */
  private static final int BATCH_BYTES = 512 << 10;

  private static final int MOST_NAMED = 5;

  /** A request of one such value still fits 1 MiB, see {@link #BATCH_BYTES}. */
  static final int MOST_VALUE_BYTES = (1 << 20) - (4 << 10);

  private final Stores stores;
  private final Function<Ensemble, GuardedZooKeeper> zookeepers;
  private final Scope scope;
  private final Optional<SharedConfigurationStore> shared;
  private final MassDeletion limit;
  private final LateDeletion late;
  private final List<ZkPath> refused = new ArrayList<>();
  private final List<ZkPath> impossible = new ArrayList<>();
  private final List<ZkPath> ofOthers = new ArrayList<>();
  private final List<ZkPath> conflicts = new ArrayList<>();
  private long carried;
  private OptionalLong largestLedger = OptionalLong.empty();

  /**
   * Prepares.
   *
   * @param limit how much may be deleted unasked
   * @param late what may not be deleted unasked
   * @param shared distinguishes this cluster's changes from others' if the configuration store
   *     serves other clusters too
   */
  ReverseCopy(
      Stores stores,
      Function<Ensemble, GuardedZooKeeper> zookeepers,
      Scope scope,
      Optional<SharedConfigurationStore> shared,
      MassDeletion limit,
      LateDeletion late) {
    this.limit = limit;
    this.late = late;
    this.stores = stores;
    this.zookeepers = zookeepers;
    this.scope = scope;
    this.shared = shared;
  }

  /**
   * What one pass found to do.
   *
   * @param created znodes to create
   * @param set znodes whose value changes
   * @param deleted znodes to delete
   * @param first the first path, for messages
   * @param impossible about keys on etcd that ZooKeeper cannot have
   */
  record CopyPass(
      long created, long set, long deleted, Optional<ZkPath> first, Optional<String> impossible) {
    /** Whether ZooKeeper is as etcd is. */
    boolean isEqual() {
      return created + set + deleted == 0 && impossible.isEmpty();
    }

    @Override
    public String toString() {
      return "%d to create, %d to set, %d to delete%s%s"
          .formatted(
              created,
              set,
              deleted,
              first.map(path -> ", first " + path).orElse(""),
              impossible.map(text -> "; " + text).orElse(""));
    }
  }

  /** A change of one ensemble, and what it would make equal. */
  private record PlacedWrite(Ensemble ensemble, ZnodeWrite change, Pair pair) {}

  /** Compares all, and applies the difference. */
  CopyPass apply(Replaced replaced) {
    return OverCompactions.repeat(() -> applyAtOneRevision(replaced));
  }

  /** Is asked for what ZooKeeper has, and given the answers right before that is replaced. */
  interface Replaced {
    Optional<LateWrite> of(Pair pair);

    void record(List<LateWrite> writes);
  }

  private CopyPass applyAtOneRevision(Replaced replaced) {
    ChangeCounts found = new ChangeCounts();
    Map<Ensemble, Batch> batches = new EnumMap<>(Ensemble.class);
    Map<Ensemble, List<ZnodeWrite.Delete>> deletes = new EnumMap<>(Ensemble.class);
    List<LateWrite> written = new ArrayList<>();
    read(
        placed -> {
          Optional<LateWrite> late = replaced.of(placed.pair());
          if (placed.change() instanceof ZnodeWrite.Delete delete) {
            deletes.computeIfAbsent(placed.ensemble(), ensemble -> new ArrayList<>()).add(delete);
            late.filter(write -> !isParentOnly(write.path())).ifPresent(written::add);
            return;
          }
          late.ifPresent(written::add);
          found.count(placed.change());
          Batch batch = batches.computeIfAbsent(placed.ensemble(), ensemble -> new Batch());
          if (!batch.takes(placed.change())) {
            replaced.record(written);
            written.clear();
            write(placed.ensemble(), batch.empty());
          }
          batch.add(placed.change());
        });
    replaced.record(written);
    batches.forEach((ensemble, batch) -> write(ensemble, batch.empty()));
    refuse(
        limit,
        deletes.values().stream().flatMap(List::stream).map(ZnodeWrite.Delete::path).toList());
    deletes.forEach(
        (ensemble, toDelete) -> {
          // Children come after their parents in key order, so from the end no parent is deleted
          // too early.
          Collections.reverse(toDelete);
          for (int from = 0; from < toDelete.size(); from += BATCH) {
            delete(
                ensemble, toDelete.subList(from, Math.min(from + BATCH, toDelete.size())), found);
          }
        });
    return pass(found);
  }

  /**
   * Compares all, and checks that the deletions are not too many and not of late ledgers; changes
   * nothing.
   *
   * @throws BlockedException when they are too many
   * @throws StepFailedException naming a late ledger
   */
  void refuseDeletions() {
    refuse(limit, OverCompactions.repeat(this::deletionsAtOneRevision));
  }

  private List<ZkPath> deletionsAtOneRevision() {
    List<ZkPath> toDelete = new ArrayList<>();
    read(
        placed -> {
          if (placed.change() instanceof ZnodeWrite.Delete) {
            toDelete.add(placed.change().path());
          }
        });
    return toDelete;
  }

  /** Also checks the identity of both stores. */
  private void refuse(MassDeletion most, List<ZkPath> toDelete) {
    if (!refused.isEmpty()) {
      throw LateDeletion.refused(refused);
    }
    impossible()
        .ifPresent(
            text -> {
              throw new StepFailedException(text);
            });
    if (toDelete.isEmpty()) {
      return;
    }
    stores.identity().confirm(stores);
    most.check(toDelete.size(), carried, "ZooKeeper", toDelete.get(0).value())
        .ifPresent(
            mismatch -> {
              throw BlockedException.of(mismatch);
            });
  }

  /** Compares all and changes nothing. */
  CopyPass compare() {
    return OverCompactions.repeat(this::compareAtOneRevision);
  }

  private CopyPass compareAtOneRevision() {
    ChangeCounts found = new ChangeCounts();
    compare(placed -> found.count(placed.change()));
    return pass(found);
  }

  private void compare(Consumer<PlacedWrite> sink) {
    read(withoutParents(sink));
  }

  private Consumer<PlacedWrite> withoutParents(Consumer<PlacedWrite> sink) {
    return placed -> {
      boolean delete = placed.change() instanceof ZnodeWrite.Delete;
      if (!delete || !isParentOnly(placed.change().path())) {
        sink.accept(placed);
      }
    };
  }

  /**
   * Compares all, changes nothing, and answers what is made of each pair that differs; what belongs
   * to other clusters in a shared configuration store is left out, and so is what both changed.
   */
  <T> List<T> differing(Function<Pair, Optional<T>> of) {
    return OverCompactions.repeat(
        () -> {
          List<T> found = new ArrayList<>();
          read(
              withoutParents(placed -> of.apply(placed.pair()).ifPresent(found::add)),
              conflicts::add);
          return found;
        });
  }

  /** The largest value to be written. */
  record LargestValue(ZkPath path, long bytes) {}

  /**
   * What there is to do, and what ZooKeeper may not take of it.
   *
   * @param longLedger a ledger with a long id that ZooKeeper does not have
   */
  record CopyPreview(CopyPass pass, Optional<LargestValue> largest, Optional<ZkPath> longLedger) {}

  /** Compares all, changes nothing, and checks each change. */
  CopyPreview preview() {
    return OverCompactions.repeat(this::previewAtOneRevision);
  }

  private CopyPreview previewAtOneRevision() {
    ChangeCounts found = new ChangeCounts();
    List<LargestValue> largest = new ArrayList<>();
    List<ZkPath> ledgers = new ArrayList<>();
    read(
        placed -> {
          ZnodeWrite change = placed.change();
          found.count(change);
          if (change instanceof ZnodeWrite.Delete) {
            return;
          }
          if (largest.isEmpty() || change.bytes() > largest.get(0).bytes()) {
            largest.clear();
            largest.add(new LargestValue(change.path(), change.bytes()));
          }
          if (ledgers.isEmpty()
              && LedgerPaths.ledgerOf(change.path().value()).orElse(-1) >= Integer.MAX_VALUE) {
            ledgers.add(change.path());
          }
        });
    return new CopyPreview(pass(found), largest.stream().findFirst(), ledgers.stream().findFirst());
  }

  private void read(Consumer<PlacedWrite> sink) {
    read(
        sink,
        path -> {
          throw conflict(path);
        });
  }

  private void read(Consumer<PlacedWrite> sink, Consumer<ZkPath> onConflict) {
    carried = 0;
    largestLedger = OptionalLong.empty();
    refused.clear();
    impossible.clear();
    ofOthers.clear();
    conflicts.clear();
    try (PathIndex paths = new TreeListing(stores.znodes(), listed -> {}).list(scope)) {
      stores
          .both()
          .read(
              paths,
              scope,
              stores.keys().revision(),
              pairs ->
                  pairs.forEach(
                      pair -> {
                        carried += ReverseReconciler.isOnZooKeeper(pair) ? 1 : 0;
                        noteLedger(pair);
                        if (ReverseReconciler.isImpossible(pair)) {
                          impossible.add(pair.path());
                        }
                        placed(pair, onConflict).ifPresent(placed -> note(pair, placed, sink));
                      }));
    }
  }

  private void noteLedger(Pair pair) {
    OptionalLong ledger = LedgerPaths.ledgerOf(pair.path().value());
    if (pair.target().isPresent()
        && ledger.isPresent()
        && ledger.getAsLong() > largestLedger.orElse(-1)) {
      largestLedger = ledger;
    }
  }

  /** The largest id of a ledger on etcd, as the last pass saw it. */
  OptionalLong largestLedger() {
    return largestLedger;
  }

  private void note(Pair pair, PlacedWrite placed, Consumer<PlacedWrite> sink) {
    if (placed.change() instanceof ZnodeWrite.Delete
        && pair.source().filter(late::isRefused).isPresent()) {
      refused.add(pair.path());
    }
    sink.accept(placed);
  }

  private CopyPass pass(ChangeCounts found) {
    return new CopyPass(found.created, found.set, found.deleted, found.first, impossible());
  }

  private Optional<String> impossible() {
    return impossible.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%d keys on etcd have names that no znode can have (%s): if nobody needs them, delete them, such as by `%s`, and run the same command again"
                .formatted(
                    impossible.size(),
                    impossible.stream()
                        .limit(MOST_NAMED)
                        .map(ZkPath::toString)
                        .collect(Collectors.joining(", ")),
                    impossible.get(0).deleteCommand()));
  }

  /** Where the znode is; what is new goes where brokers look for it. */
  private Optional<PlacedWrite> placed(Pair pair, Consumer<ZkPath> onConflict) {
    return ReverseReconciler.change(pair)
        .map(
            change ->
                new PlacedWrite(
                    pair.source().map(Znode::ensemble).orElseGet(() -> ensembleOf(pair.path())),
                    change,
                    pair))
        .filter(placed -> placed.ensemble() == Ensemble.LOCAL || isOurs(pair, onConflict));
  }

  private boolean isOurs(Pair pair, Consumer<ZkPath> onConflict) {
    return switch (shared.map(store -> store.of(pair)).orElse(ChangeOrigin.LOCAL)) {
      case LOCAL -> true;
      case REMOTE -> {
        ofOthers.add(pair.path());
        yield false;
      }
      case CONFLICT -> {
        onConflict.accept(pair.path());
        yield false;
      }
    };
  }

  /** What {@link #differing} found that this cluster changed on etcd, and others in ZooKeeper. */
  List<ZkPath> conflicts() {
    return List.copyOf(conflicts);
  }

  /** What the last pass left to other clusters. */
  List<ZkPath> ofOthers() {
    return List.copyOf(ofOthers);
  }

  private static StepFailedException conflict(ZkPath path) {
    return new StepFailedException(
        path
            + " was changed on etcd, and by others in the configuration store: make both equal,"
            + " then run the command again");
  }

  private Ensemble ensembleOf(ZkPath path) {
    return stores.configurationStore().isPresent() ? Catalogue.ensembleOf(path) : Ensemble.LOCAL;
  }

  /** All at once; one by one if that is refused. */
  private void write(Ensemble ensemble, List<ZnodeWrite> batch) {
    if (batch.isEmpty()) {
      return;
    }
    if (zookeepers.apply(ensemble).write(batch) != Code.OK) {
      batch.forEach(change -> writeOne(ensemble, change));
    }
  }

  private void writeOne(Ensemble ensemble, ZnodeWrite change) {
    GuardedZooKeeper zookeeper = zookeepers.apply(ensemble);
    Code code = zookeeper.write(change);
    if (code == Code.NONODE && change instanceof ZnodeWrite.Create) {
      createParents(ensemble, change.path().parent());
      code = zookeeper.write(change);
    }
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper refused %s of %s: %s"
              .formatted(change.getClass().getSimpleName(), change.path(), code));
    }
  }

  private void createParents(Ensemble ensemble, ZkPath path) {
    if (stores.tree(ensemble).read(path).isPresent()) {
      return;
    }
    createParents(ensemble, path.parent());
    Code code = zookeepers.apply(ensemble).write(new ZnodeWrite.Create(path, NodeData.EMPTY, true));
    if (code != Code.OK && code != Code.NODEEXISTS) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused the parent " + path + ": " + code);
    }
  }

  /** All at once; one by one if that is refused. */
  private void delete(Ensemble ensemble, List<ZnodeWrite.Delete> toDelete, ChangeCounts found) {
    boolean all = zookeepers.apply(ensemble).write(toDelete) == Code.OK;
    for (ZnodeWrite.Delete delete : toDelete) {
      if (all || deleteOne(ensemble, delete)) {
        found.count(delete);
      }
    }
  }

  /** Whether anything had to change; a parent of znodes that remain is emptied instead. */
  private boolean deleteOne(Ensemble ensemble, ZnodeWrite.Delete delete) {
    Code code = zookeepers.apply(ensemble).write(delete);
    if (code == Code.OK) {
      return true;
    }
    if (code == Code.NONODE) {
      return false;
    }
    if (code != Code.NOTEMPTY) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to delete " + delete.path() + ": " + code);
    }
    Optional<Znode> parent = stores.tree(ensemble).read(delete.path());
    if (parent.filter(znode -> !znode.data().isEmpty()).isPresent()) {
      if (ensemble == Ensemble.CONFIGURATION && shared.isPresent()) {
        throw conflict(delete.path());
      }
      writeOne(ensemble, new ZnodeWrite.Set(delete.path(), NodeData.EMPTY, parent.get().version()));
      return true;
    }
    return false;
  }

  /** On etcd a parent needs no key of its own. */
  private boolean isParentOnly(ZkPath path) {
    return stores
        .znodes()
        .read(path)
        .filter(znode -> znode.data().isEmpty() && znode.numChildren() > 0)
        .isPresent();
  }

  /** What goes to one ensemble in one request. */
  private static final class Batch {
    private List<ZnodeWrite> changes = new ArrayList<>();
    private long bytes;

    boolean takes(ZnodeWrite change) {
      return changes.isEmpty() || (changes.size() < BATCH && bytes + change.bytes() <= BATCH_BYTES);
    }

    void add(ZnodeWrite change) {
      changes.add(change);
      bytes += change.bytes();
    }

    List<ZnodeWrite> empty() {
      List<ZnodeWrite> all = changes;
      changes = new ArrayList<>();
      bytes = 0;
      return all;
    }
  }

  /** Counts. */
  private static final class ChangeCounts {
    private long created;
    private long set;
    private long deleted;
    private Optional<ZkPath> first = Optional.empty();

    void count(ZnodeWrite change) {
      if (change instanceof ZnodeWrite.Delete) {
        deleted++;
      } else if (change instanceof ZnodeWrite.Set) {
        set++;
      } else {
        created++;
      }
      first = first.or(() -> Optional.of(change.path()));
    }
  }
}
