package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;

/** Which znodes the daemon may write, by the direction of the move. Pure. */
final class WritePaths {
  static final ZkPath REPLICATION_DISABLED = new ZkPath("/ledgers/underreplication/disable");

  private WritePaths() {}

  /** As the plan names them to the operator. */
  static List<String> named(MoveProgress progress) {
    return switch (progress) {
      case BACK_AFTER_NO_RETURN ->
          List.of("all that is copied or seeded, and the paths that a cutover writes");
      case BACK_BEFORE_NO_RETURN ->
          List.of("the paths that a cutover writes, and cookies that bookies changed on etcd");
      default ->
          List.of(
              "/metamigrate (in the configuration store too, if that is a different one)",
              "/ledgers/available (mirrors of bookies on etcd)",
              REPLICATION_DISABLED.value(),
              "access lists of /loadbalance/brokers, /counters/producer-name, /ledgers/idgen,"
                  + " /ledgers/idgen-long, HOB-*");
    };
  }

  /** Whether it may be written. */
  static boolean mayWrite(MoveProgress progress, Ensemble ensemble, Scope scope, ZkPath path) {
    if (path.isAtOrBelow(GuardedZooKeeper.GUARD)) {
      return true;
    }
    return ensemble == Ensemble.LOCAL
        ? mayWriteHere(progress, scope, path)
        : progress == MoveProgress.BACK_AFTER_NO_RETURN
            && scope.contains(path)
            && ReverseReconciler.mayWrite(path);
  }

  private static boolean mayWriteHere(MoveProgress progress, Scope scope, ZkPath path) {
    if ((path.isAtOrBelow(Catalogue.AVAILABLE) && !isRoot(path))
        || path.equals(REPLICATION_DISABLED)
        || FencePaths.mayCover(path)
        || FencePaths.mayKeep(path)) {
      return true;
    }
    return switch (progress) {
      case BACK_BEFORE_NO_RETURN -> path.parent().equals(Catalogue.COOKIES);
      case BACK_AFTER_NO_RETURN -> scope.contains(path) && ReverseReconciler.mayWrite(path);
      default -> false;
    };
  }

  private static boolean isRoot(ZkPath path) {
    return path.equals(Catalogue.AVAILABLE) || path.equals(Catalogue.READONLY);
  }
}
