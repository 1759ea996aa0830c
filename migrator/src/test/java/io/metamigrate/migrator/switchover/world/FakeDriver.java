package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import java.util.Optional;

/** A driver whose acts may take effect now, later or never. */
final class FakeDriver implements NodeDriver {
  private final FakeProcess process;
  private final World world;

  FakeDriver(FakeProcess process, World world) {
    this.process = process;
    this.world = world;
  }

  private Server server(Node node) {
    Server server = world.servers.get(node);
    if (server == null) {
      throw new StepException("the driver does not know " + node);
    }
    return server;
  }

  @Override
  public void stop(Permit permit, Node node) {
    permit.spend();
    process.act(
        () -> {
          if (node.kind() == NodeKind.BOOKIE) {
            world.checker.bookieIsStopped(world, node);
          }
          world.stop(node);
        });
  }

  @Override
  public void configure(Permit permit, Node node, NodeSettings settings) {
    permit.spend();
    process.act(() -> server(node).configured = settings);
  }

  @Override
  public void start(Permit permit, Node node) {
    permit.spend();
    process.act(() -> world.start(node, true));
  }

  @Override
  public NodeState probe(Node node) {
    return process.ask(() -> server(node).isAlive() ? NodeState.RUNNING : NodeState.STOPPED);
  }

  @Override
  public NodeSettings configured(Node node) {
    return process.ask(() -> server(node).configured);
  }

  @Override
  public Optional<NodeSettings> running(Node node) {
    return process.ask(() -> Optional.ofNullable(server(node).running));
  }

  @Override
  public boolean isHealthy(Node node) {
    return process.ask(() -> server(node).isAlive());
  }
}
