package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWrites;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ledgers that another writer created in ZooKeeper after the fence: a bookie that collects garbage
 * on etcd deletes their entries (BookKeeper {@code ScanAndCompareGarbageCollector}).
 */
final class LateLedgers {
  /** The option by which the operator gives one up. */
  static final String OPTION = "--accept-late-write";

  private static final int MOST_OPTIONS = 20;
  private static final Scope LEDGERS = new Scope(List.of(Catalogue.LEDGERS), List.of());

  private LateLedgers() {}

  /**
   * Those that ZooKeeper has, that etcd lacks, and that were created since the fence was raised
   * last. A rollback creates none that etcd lacks.
   */
  static List<LateWrite> sinceFence(CutoverContext context) {
    Zxid fence = context.journal().state().fence().mark(Ensemble.LOCAL);
    LateDeletion created = new LateDeletion(fence, Set.of());
    return context
        .stores()
        .both()
        .<List<LateWrite>>collect(
            LEDGERS,
            ArrayList::new,
            (late, pair) ->
                pair.source()
                    .filter(znode -> pair.target().isEmpty() && created.isRefused(znode))
                    .flatMap(znode -> LateWrites.found(LEDGERS, znode, fence))
                    .ifPresent(late::add));
  }

  /**
   * Asked before a bookie starts on etcd with garbage collection enabled.
   *
   * @throws StepFailedException naming the first that etcd lacks and that was not given up by name
   */
  static void require(CutoverContext context) {
    List<LateWrite> recorded = context.journal().state().lateWrites();
    require(
        context, recorded.size() < CutoverState.MOST_LATE_WRITES ? recorded : sinceFence(context));
  }

  /** The same of these; the move's record does not have those beyond the hundredth. */
  static void require(CutoverContext context, List<LateWrite> found) {
    List<LateWrite> late =
        found.stream()
            .filter(write -> LedgerPaths.ledgerOf(write.path().value()).isPresent())
            .filter(write -> !context.accepted().lateWrites().contains(write.path()))
            .filter(write -> context.registrations().znode(write.path()).isPresent())
            .filter(write -> context.registrations().key(write.path()).isEmpty())
            .toList();
    if (!late.isEmpty()) {
      throw new StepFailedException(
          "no bookie collects garbage on etcd: %d ledgers were created in ZooKeeper after the fence, and their entries would be deleted. The first is %s. Find the broker that created them, save what you need, then accept the loss of each with %s"
              .formatted(
                  late.size(), late.get(0), options(late.stream().map(LateWrite::path).toList())));
    }
  }

  static String option(ZkPath path) {
    return OPTION + " " + path;
  }

  /** The options by which the operator gives them up. */
  static String options(List<ZkPath> late) {
    return "`" + options(OPTION, late) + "`" + (late.size() > MOST_OPTIONS ? " and so on" : "");
  }

  /** The same option for each of the first paths. */
  static String options(String option, List<ZkPath> paths) {
    return paths.stream()
        .limit(MOST_OPTIONS)
        .map(path -> option + " " + path)
        .collect(Collectors.joining(" "));
  }
}
