package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.contract.Lab;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.Strategy;

/** A world of the search in which nothing is disturbed. */
public final class FakeLab implements Lab {
  private final World world = World.serving(2, 2, Strategy.ROLLING);
  private final Environment first = process();

  private Environment process() {
    return new FakeProcess(world, -1, null, (same, back) -> {}).environment();
  }

  @Override
  public Environment environment() {
    return first;
  }

  @Override
  public Environment takeOver() {
    return process();
  }

  @Override
  public void createLedger(StoreKind kind) {
    StoreState store = world.store(kind);
    long id = Math.max(world.zookeeper.next, world.etcd.next);
    store.next = id + 1;
    store.ledgers.add(id);
    store.references.add(id);
    store.log.add("create ledger " + id);
  }

  @Override
  public Node bookie() {
    return new Node(NodeKind.BOOKIE, "b1");
  }

  @Override
  public Node broker() {
    return new Node(NodeKind.BROKER, "k1");
  }
}
