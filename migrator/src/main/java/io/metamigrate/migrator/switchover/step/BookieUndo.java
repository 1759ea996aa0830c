package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.Node;
import java.util.List;

/** Gives bookies back what they had. A bookie may collect garbage only if nothing is missing. */
final class BookieUndo {
  private BookieUndo() {}

  static Undo of(SwitchoverContext context, String step, List<Node> bookies) {
    ClusterConditions cluster = new ClusterConditions(context);
    StoreConditions stores = new StoreConditions(context);
    return Undo.restore(
            "restart on %s with the settings that were found"
                .formatted(context.source().kind().title()),
            action -> {
              Nodes nodes = new Nodes(context);
              for (Node bookie : bookies) {
                if (context.isRolling()) {
                  action.require(cluster.othersAreUpOrStopped(bookie));
                }
                nodes.restore(
                    action,
                    bookie,
                    List.of(
                        stores.nothingForeignOnTarget(),
                        stores.referencesIntact(context.source())));
              }
            },
            Restored.of(context, step, bookies))
        .requiring(
            List.of(stores.nothingForeignOnTarget(), stores.referencesIntact(context.source())));
  }
}
