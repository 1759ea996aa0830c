package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;

/** Removes the daemon's own nodes from ZooKeeper, at the end of a rollback. */
final class ReleaseStep extends StepDefinition {
  ReleaseStep() {
    super(
        Phase.ROLLING_BACK,
        "leave-zookeeper",
        Texts.ofRollback(
            "Remove the daemon's own nodes from ZooKeeper",
            "nothing is left to write there",
            "delete /metamigrate; leave the marker on etcd for the next run",
            "it is gone"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    here.context().services().leave();
    return "/metamigrate is gone";
  }
}
