package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether servers are again as a step found them. */
final class Restored {
  private Restored() {}

  static Condition of(SwitchoverContext context, String step, List<Node> nodes) {
    return Condition.of(
        "each is as it was found",
        () -> {
          Map<String, String> found =
              context
                  .journal()
                  .record(step)
                  .<Map<String, String>>map(StepRecord::found)
                  .orElse(Map.of());
          List<String> faults = new ArrayList<>();
          List<String> remedies = new ArrayList<>();
          for (Node node : nodes) {
            String settings = found.get(Nodes.settingsKey(node));
            if (settings != null) {
              NodeSettings had = NodeSettings.parse(settings);
              boolean ran =
                  Boolean.parseBoolean(found.get(Nodes.wasRunningKey(node)))
                      && had.store() == context.source().kind();
              Answer answer = new ClusterConditions(context).restored(node, had, ran).ask();
              if (!answer.holds()) {
                faults.add(answer.detail());
                remedies.addAll(answer.remedies());
              }
            }
          }
          return faults.isEmpty()
              ? Answer.yes("as found")
              : Answer.no(String.join("; ", faults), remedies);
        });
  }
}
