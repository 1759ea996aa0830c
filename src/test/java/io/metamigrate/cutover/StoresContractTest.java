package io.metamigrate.cutover;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.contract.AdapterContract;
import io.metamigrate.migrator.switchover.contract.Lab;
import io.metamigrate.migrator.switchover.live.LiveEnvironment;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.Strategy;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real stores, and stand-in nodes, keep what the steps rely on, as the fakes of the search do. */
@Timeout(300)
@Tag("campaign")
final class StoresContractTest extends AdapterContract implements Lab {
  private static final String LEDGER = "/ledgers/00/0000/L0099";

  @TempDir static Path folder;

  private static ZooKeeperServer zookeeper;
  private static EtcdServer etcd;

  private final Deque<LiveEnvironment> processes = new ArrayDeque<>();
  private TestBed bed;
  private SwitchoverBed moves;

  @BeforeAll
  static void startStores() {
    zookeeper = ZooKeeperServer.start(folder);
    etcd = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopStores() {
    zookeeper.close();
    etcd.close();
  }

  @BeforeEach
  void copied() throws Exception {
    bed = new TestBed(folder, zookeeper, etcd, "30s");
    bed.copy();
    moves = new SwitchoverBed(bed, folder, Strategy.ROLLING);
    processes.push(moves.open());
  }

  @AfterEach
  void closeAll() {
    processes.forEach(LiveEnvironment::close);
    moves.close();
    bed.close();
  }

  @Override
  protected Lab lab() {
    return this;
  }

  @Override
  public Environment environment() {
    return processes.getLast().environment();
  }

  @Override
  public Environment takeOver() {
    bed.delete("metamigrate/lock");
    processes.push(moves.open());
    return processes.getFirst().environment();
  }

  @Override
  public void createLedger(StoreKind store) {
    byte[] ledger = bed.ledger(bed.bookies.get(0).id);
    if (store == StoreKind.ETCD) {
      bed.put(LEDGER, ledger);
      return;
    }
    try {
      bed.create(LEDGER, ledger);
    } catch (KeeperException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Node bookie() {
    return new Node(NodeKind.BOOKIE, bed.bookies.get(0).id);
  }

  @Override
  public Node broker() {
    return new Node(NodeKind.BROKER, bed.brokers.get(0).id);
  }
}
