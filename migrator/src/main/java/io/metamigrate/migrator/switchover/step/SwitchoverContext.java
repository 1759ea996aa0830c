package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.OperatorControls;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveJournal;
import io.metamigrate.migrator.switchover.state.MoveRecord;
import io.metamigrate.migrator.switchover.state.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the steps of one move work with, in one process.
 *
 * @param controls what the operator decides
 */
public record SwitchoverContext(
    MoveJournal journal,
    MetadataSide zookeeper,
    MetadataSide etcd,
    Copier copier,
    NodeDriver driver,
    OperatorControls controls) {
  MoveDirection heading() {
    return journal.move().heading();
  }

  public boolean isForward() {
    return heading() == MoveDirection.FORWARD;
  }

  public boolean isRolling() {
    return journal.move().strategy() == Strategy.ROLLING;
  }

  MetadataSide side(StoreKind kind) {
    return kind == StoreKind.ZOOKEEPER ? zookeeper : etcd;
  }

  public MetadataSide source() {
    return side(heading().source());
  }

  MetadataSide target() {
    return side(heading().target());
  }

  public List<Node> nodes(NodeKind kind) {
    return journal.document().nodes().stream().filter(node -> node.kind() == kind).toList();
  }

  /**
   * Whether the operator accepted that finding by name, in this move or in one that led back to it.
   */
  boolean isAccepted(String finding) {
    return journal.document().moves().stream()
        .filter(move -> move.number() >= journal.move().number())
        .anyMatch(move -> move.evidence().accepted().containsKey(finding));
  }

  /** From where on writes of others to the source of the last forward move count as late. */
  Optional<String> mark(StoreKind store) {
    return Optional.ofNullable(journal.move().evidence().marks().get(store.title()));
  }

  /**
   * From where on what others write to ZooKeeper is late: the mark of the last forward move, or a
   * later one behind what an undone reverse move carried there.
   */
  Optional<String> lateMark() {
    Optional<String> mark = Optional.empty();
    for (MoveRecord move : journal.document().moves()) {
      SortedMap<String, String> marks = move.evidence().marks();
      String found =
          marks.get(
              move.heading() == MoveDirection.FORWARD
                  ? StoreKind.ZOOKEEPER.title()
                  : CatchUp.COPIED_DIGEST);
      if (move.heading() == MoveDirection.FORWARD || found != null) {
        mark = Optional.ofNullable(found);
      }
    }
    return mark;
  }

  /** Whether any broker may have been stopped by this move. */
  public boolean isBrokersStopBegun() {
    return journal.record(StopBrokers.ID).isPresent();
  }

  /** What a step of the last forward move found before it acted. */
  Optional<String> foundByForward(String step, String key) {
    return journal.document().lastForward().flatMap(move -> found(move, step, key));
  }

  private static Optional<String> found(MoveRecord move, String step, String key) {
    return move.step(step).map(StepRecord::found).map(found -> found.get(key));
  }

  /** What a node had before this move first changed it. */
  Optional<NodeSettings> foundSettings(Node node) {
    return foundSettings(journal.move(), node);
  }

  private static Optional<NodeSettings> foundSettings(MoveRecord move, Node node) {
    return move.steps().stream()
        .map(step -> step.found().get(Nodes.settingsKey(node)))
        .filter(java.util.Objects::nonNull)
        .map(NodeSettings::parse)
        .filter(settings -> settings.store() == move.heading().source())
        .findFirst();
  }

  /**
   * What a node runs with on the target once the move is complete: on ZooKeeper what it had there
   * before the forward move, on etcd the same with the other store.
   */
  NodeSettings settingsOnTarget(Node node) {
    Optional<NodeSettings> original =
        isForward()
            ? foundSettings(node)
            : journal.document().lastForward().flatMap(move -> foundSettings(move, node));
    NodeSettings own =
        original.or(() -> foundSettings(node)).orElseGet(() -> driver.configured(node));
    return new NodeSettings(heading().target(), own.collectsGarbage(), own.layer());
  }
}
