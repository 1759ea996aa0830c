package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;

/**
 * What writes metadata beside brokers and bookies: AutoRecovery, function workers, and what the
 * hooks know. Stopped before a bookie moves; those that ran are started on the store that the move
 * ends on.
 *
 * <p>While bookies move, AutoRecovery is disabled by {@code /ledgers/underreplication/disable}
 * (ZkLedgerUnderreplicationManager) too, since a bookie may carry it in its own process. Whoever
 * made that flag deletes it.
 */
final class MetadataWriters {
  /** Name of the document that lists who did not run when the move began. */
  static final String IDLE = "idle-metadata-writers";

  /** The name that an earlier release gave it. */
  private static final String FORMER_IDLE = "side-writers-idle";

  private final CutoverContext context;

  MetadataWriters(CutoverContext context) {
    this.context = context;
  }

  /** Records who does not run, before anybody is stopped. */
  void recordIdle() {
    String idle =
        context.metadataWriters().stream()
            .filter(node -> context.lockedDriver().driver().canProbe(node))
            .filter(node -> context.lockedDriver().driver().probe(node, NodeState.STOPPED).isDone())
            .map(Node::toString)
            .collect(Collectors.joining("\n"));
    context.journal().document(IDLE, idle.getBytes(StandardCharsets.UTF_8));
  }

  /** One that runs; what the driver cannot probe is not seen. */
  Optional<Node> running() {
    RestartDriver driver = context.lockedDriver().driver();
    return context.metadataWriters().stream()
        .filter(node -> driver.canProbe(node) && driver.probe(node, NodeState.RUNNING).isDone())
        .findFirst();
  }

  /** Before a cutover moves the first bookie. */
  String stopOnZooKeeper(Step step, Deadline deadline) {
    disableInZooKeeper();
    String stopped = stopAll(step, deadline);
    boolean confirmed = context.configuration().cutover().metadataWriters().confirmed();
    String rest =
        context.hooks().has(Hooks.HookPoint.STOP_METADATA_WRITERS)
            ? "the hook stopped the rest"
            : confirmed
                ? "the operator has confirmed that nothing else writes"
                : "nothing else was named";
    return stopped + "; " + rest;
  }

  /** Before a rollback after the point of no return moves the first bookie. */
  String stopOnEtcd(Step step, Deadline deadline) {
    disableOnEtcd();
    return stopAll(step, deadline);
  }

  private String stopAll(Step step, Deadline deadline) {
    List<Node> nodes = context.metadataWriters();
    LockedDriver driver = context.lockedDriver();
    driver.each(deadline, "stop of other metadata writers", nodes, driver::stop);
    context.hook(Hooks.HookPoint.STOP_METADATA_WRITERS, step);
    return nodes.size() + " nodes stopped";
  }

  /** At the end of a rollback. */
  String startOnZooKeeper(Step step, Deadline deadline) {
    enableInZooKeeper();
    List<Node> nodes = ran();
    start(nodes, Store.ZOOKEEPER, deadline);
    context.archive().requireAsBefore(nodes, context.listener());
    context.hook(Hooks.HookPoint.START_METADATA_WRITERS, step);
    return nodes.size() + " nodes started" + idle();
  }

  /** AutoRecovery if the version has one for etcd; function workers stay with the operator. */
  String startOnEtcd(Step step, Deadline deadline) {
    enableOnEtcd();
    if (!context.overlays().version().autoRecoveryRunsOnEtcd()) {
      return "AutoRecovery of Pulsar %s does not run on etcd and stays off: repair ledgers by hand, or upgrade Pulsar%s"
          .formatted(
              context.overlays().version(),
              context.registrations().key(WritePaths.REPLICATION_DISABLED).isPresent()
                  ? " once you delete your own " + WritePaths.REPLICATION_DISABLED + " on etcd"
                  : ": " + WritePaths.REPLICATION_DISABLED + " is not on etcd");
    }
    List<Node> nodes = expectedOn(Store.ETCD);
    start(nodes, Store.ETCD, deadline);
    context.hook(Hooks.HookPoint.START_METADATA_WRITERS, step);
    return nodes.size() + " AutoRecovery nodes started on etcd" + idle();
  }

  /** One that runs already was started by others, and would keep the settings that it has. */
  private void start(List<Node> nodes, Store side, Deadline deadline) {
    LockedDriver driver = context.lockedDriver();
    driver.each(
        deadline,
        "settings of other metadata writers",
        nodes,
        node ->
            orLeave(
                node,
                driver.configure(
                    node,
                    context.overlays().of(node, side, GarbageCollection.ENABLED).settings())));
    driver.each(
        deadline,
        "stop of other metadata writers",
        nodes,
        node -> orLeave(node, driver.stop(node)));
    driver.each(
        deadline,
        "start of other metadata writers",
        nodes,
        node -> orLeave(node, driver.start(node)));
  }

  /** The machine of one may be gone; the rest of the cluster must not wait for it. */
  private static StepOutcome orLeave(Node node, StepOutcome outcome) {
    if (outcome.isDone()) {
      return outcome;
    }
    String text =
        "%s. If %s is permanently lost, make the driver's probe report it as stopped, take it out of cutover.metadataWriters, and run the same command again"
            .formatted(outcome.text(), node);
    return outcome instanceof StepOutcome.Failed
        ? StepOutcome.failed(text)
        : StepOutcome.notYet(text);
  }

  /** Those that run there once the move is over: those that ran before it, if that is possible. */
  List<Node> expectedOn(Store side) {
    if (side == Store.ZOOKEEPER) {
      return ran();
    }
    return context.overlays().version().autoRecoveryRunsOnEtcd()
        ? ran().stream().filter(node -> node.component() == Component.AUTORECOVERY).toList()
        : List.of();
  }

  private List<Node> ran() {
    Set<String> idle = idleOnes();
    return context.metadataWriters().stream()
        .filter(node -> !idle.contains(node.toString()))
        .toList();
  }

  private String idle() {
    List<Node> left =
        context.metadataWriters().stream().filter(node -> !ran().contains(node)).toList();
    return left.isEmpty() ? "" : "; not started, because it did not run before the move: " + left;
  }

  private Set<String> idleOnes() {
    return Set.copyOf(idle(context.journal()::document).lines().toList());
  }

  /** Who did not run when the move began, one a line, from documents by name. */
  static String idle(Function<String, Optional<byte[]>> documents) {
    return documents
        .apply(IDLE)
        .or(() -> documents.apply(FORMER_IDLE))
        .map(lines -> new String(lines, StandardCharsets.UTF_8))
        .orElse("");
  }

  /** Only if AutoRecovery has ever run; a node that the operator created is left alone. */
  private void disableInZooKeeper() {
    Optional<Znode> parent =
        context.registrations().znode(WritePaths.REPLICATION_DISABLED.parent());
    if (parent.isEmpty()
        || context.registrations().znode(WritePaths.REPLICATION_DISABLED).isPresent()) {
      return;
    }
    own(true);
    Code code =
        context
            .services()
            .zookeeper()
            .write(new ZnodeWrite.Create(WritePaths.REPLICATION_DISABLED, NodeData.EMPTY, false));
    if (code == Code.NODEEXISTS) {
      // The operator was faster: the flag is theirs, and a rollback leaves it.
      own(false);
    } else if (code != Code.OK) {
      throw new StepFailedException(
          "ZooKeeper refused to create " + WritePaths.REPLICATION_DISABLED + ": " + code);
    }
  }

  /** From there it is copied to ZooKeeper before a bookie starts there. */
  private void disableOnEtcd() {
    boolean hasRun =
        context.registrations().key(WritePaths.REPLICATION_DISABLED.parent()).isPresent();
    if (hasRun && context.registrations().key(WritePaths.REPLICATION_DISABLED).isEmpty()) {
      own(true);
      write(new Operation.PutKey(WritePaths.REPLICATION_DISABLED, NodeData.EMPTY, Revision.ABSENT));
    }
  }

  private void enableInZooKeeper() {
    if (!context.journal().state().replicationDisabled()) {
      return;
    }
    Optional<Znode> flag = context.registrations().znode(WritePaths.REPLICATION_DISABLED);
    if (flag.isPresent()) {
      Code code =
          context
              .services()
              .zookeeper()
              .write(new ZnodeWrite.Delete(flag.get().path(), flag.get().version()));
      if (code != Code.OK && code != Code.NONODE) {
        throw new StepFailedException(
            "ZooKeeper refused to delete %s, without which AutoRecovery stays disabled: %s"
                .formatted(WritePaths.REPLICATION_DISABLED, code));
      }
    }
    own(false);
  }

  private void enableOnEtcd() {
    if (!context.journal().state().replicationDisabled()) {
      return;
    }
    Optional<EtcdEntry> flag = context.registrations().key(WritePaths.REPLICATION_DISABLED);
    flag.ifPresent(key -> write(new Operation.DeleteKey(key.path(), key.modRevision())));
    // One that appears from now on is the operator's.
    own(false);
  }

  /** Copied to ZooKeeper before the flag is made, so that a rollback without etcd deletes it. */
  private void own(boolean disabled) {
    context.journal().change(state -> state.disablingReplication(disabled));
    context.services().copyMove();
  }

  private void write(Operation operation) {
    GuardedWriter writer =
        new GuardedWriter(
            context.stores().etcd(),
            context.journal().authority(),
            WriterSettings.of(1, context.configuration().target().connectTimeout()),
            applied -> {});
    writer.submit(operation);
    writer.flush();
  }
}
