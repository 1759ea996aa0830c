package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.ZooKeeperRights;
import io.metamigrate.migrator.replay.EtcdRights;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.MovedRoots;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What a rehearsal tries beside the plan: rights, hooks and probes. Changes nothing. */
final class RehearsalChecks {
  private static final int SAMPLE = 1_000;

  private final Stores stores;
  private final Configuration configuration;
  private final List<String> obstacles = new ArrayList<>();
  private final List<String> notVerifiable = new ArrayList<>();

  RehearsalChecks(Stores stores, Configuration configuration) {
    this.stores = stores;
    this.configuration = configuration;
  }

  /** What would stop the cutover, a line for each. */
  List<String> obstacles() {
    return List.copyOf(obstacles);
  }

  /** What only the window itself will show, a line for each. */
  List<String> notVerifiable() {
    return List.copyOf(notVerifiable);
  }

  void rights(PathIndex paths) {
    obstacles.addAll(
        new EtcdRights(stores.etcd())
            .missing(MovedRoots.of(stores.znodes(), configuration.scope().toScope())));
    boolean hooked = configuration.hooks().zooKeeper().fence().isPresent();
    for (Ensemble ensemble : stores.ensembles()) {
      ZooKeeperRights rights = new ZooKeeperRights(stores.connection(ensemble));
      ZooKeeperRights.RightsReport cutover = forCutover(rights, ensemble);
      notVerifiable.addAll(cutover.notVerifiable());
      for (String line : cutover.missing()) {
        (hooked && line.contains(ZooKeeperRights.FENCING) ? notVerifiable : obstacles).add(line);
      }
      rollbackRights(rights, paths);
    }
    if (!hooked) {
      notVerifiable.add(
          "whether ZooKeeper enforces its access lists (skipACL=yes is not visible). The window"
              + " proves the fence before the point of no return, and stops there if it fails; then"
              + " configure hooks.fence");
    }
  }

  /** In a configuration store of its own nothing is fenced. */
  private ZooKeeperRights.RightsReport forCutover(ZooKeeperRights rights, Ensemble ensemble) {
    return ensemble == Ensemble.LOCAL
        ? rights.forCutover(
            FencePaths.of(stores.znodes()), List.of(WritePaths.REPLICATION_DISABLED.parent()))
        : rights.forCutover(List.of(), List.of());
  }

  /** The first level of what is copied or seeded. */
  private void rollbackRights(ZooKeeperRights rights, PathIndex paths) {
    List<ZkPath> sample = sample(paths);
    ZooKeeperRights.RightsReport back = rights.forRollback(sample);
    int missing = back.missing().size() + back.notVerifiable().size();
    if (missing > 0) {
      notVerifiable.add(
          "a rollback after the point of no return writes all that is copied: of %d sampled nodes, %d may not allow this tool to do so, first: %s"
              .formatted(
                  sample.size(),
                  missing,
                  back.missing().isEmpty() ? back.notVerifiable().get(0) : back.missing().get(0)));
    }
  }

  private static List<ZkPath> sample(PathIndex paths) {
    long every = Math.max(1, paths.size() / SAMPLE);
    List<ZkPath> sample = new ArrayList<>();
    long number = 0;
    for (Iterator<String> all = paths.iterator(); all.hasNext(); ) {
      ZkPath path = new ZkPath(all.next());
      if (number++ % every == 0 && Catalogue.of(path).action() == Action.COPY) {
        sample.add(path);
      }
    }
    return sample;
  }

  void hooks() {
    obstacles.addAll(Hooks.of(configuration.hooks()).obstacles());
  }

  /** Every node serves before a cutover, so a probe that reports otherwise is wrong. */
  void probes(RestartDriver driver) {
    List<String> silent = new ArrayList<>();
    for (Node node : CutoverPlan.Nodes.all(configuration.cutover())) {
      StepOutcome running = driver.probe(node, NodeState.RUNNING);
      if (running instanceof StepOutcome.Failed failed) {
        obstacles.add("probe: " + failed.cause());
      } else if (!running.isDone()) {
        if (driver.probe(node, NodeState.STOPPED).isDone()) {
          obstacles.add("probe: " + node + " does not run, by its probe");
        } else {
          silent.add(node.toString());
        }
      }
    }
    if (!silent.isEmpty()) {
      notVerifiable.add(
          "whether these run, since their probe does not report it: " + String.join(", ", silent));
    }
  }
}
