package io.metamigrate.migrator.run;

import io.metamigrate.migrator.replay.Applied;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.Reconciler;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import java.util.List;

/** One pass of "compare, then apply the difference" over the whole scope. */
final class CopyPass {
  private long put;
  private long deleted;

  /** Given to the writer, so that only what etcd has accepted is counted. */
  void count(List<Applied> applied) {
    for (Applied one : applied) {
      if (one.operation() instanceof Operation.Put) {
        put++;
      } else {
        deleted++;
      }
    }
  }

  void run(
      Stores stores,
      GuardedWriter writer,
      PathIndex paths,
      Scope scope,
      Revision at,
      Progress progress) {
    stores
        .both()
        .read(
            paths,
            scope,
            at,
            pairs -> {
              pairs.forEach(pair -> Reconciler.operation(pair, false).ifPresent(writer::submit));
              progress.at("copying", put, paths.size());
            });
    writer.flush();
  }

  long put() {
    return put;
  }

  long deleted() {
    return deleted;
  }
}
