package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Accepted;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The first broker comes up on etcd although a rollback started it for ZooKeeper, and the process
 * ends before it can revert that start.
 */
@Timeout(400)
final class FirstStartRevertTest extends OnTwoStores {
  private static final String WRITTEN = "/ledgers/00/0000/L0042";
  private static final String TOPIC = "/managed-ledgers/public/default/persistent/both";

  FirstStartRevertTest() {
    super("60s");
  }

  @Test
  void whatItWroteIsCopiedAfterAKill() throws Exception {
    whenFirstCameUpOnEtcd(
        () -> {
          throw new Killed("after the start");
        });

    assertThat(catchThrowable(bed::rollback)).isInstanceOf(Killed.class);

    assertCopied();
  }

  @Test
  void whatItWroteIsCopiedAfterAnInterrupt() throws Exception {
    Thread main = Thread.currentThread();
    whenFirstCameUpOnEtcd(main::interrupt);

    WindowResult stopped = bed.rollback();

    assertThat(Thread.interrupted()).isTrue();
    // Wherever the interrupt was seen first.
    assertThat(stopped.text())
        .containsAnyOf("stopped by the operator", "interrupted while waiting for a driver command");
    assertCopied();
  }

  @Test
  void itIsStoppedWhenAStoreFails() throws Exception {
    whenFirstCameUpOnEtcd(
        () -> {
          throw new StoreException(Store.ZOOKEEPER, "it did not answer");
        });

    WindowResult stopped = bed.rollback();

    assertThat(stopped.text()).contains("it did not answer");
    assertThat(bed.brokers).noneMatch(StandIn::running);
    assertCopied();
  }

  @Test
  void whatWasCopiedOnceIsCopiedAgain() throws Exception {
    whenFirstCameUpOnEtcd(
        () -> {
          throw new Killed("after the start");
        });
    assertThat(catchThrowable(bed::rollback)).isInstanceOf(Killed.class);
    StandIn first = bed.brokers.get(0);
    Settings etcdSettings = first.settings();
    bed.driver.after(
        action -> {
          if (action.equals("configure " + first.id)) {
            first.configure(etcdSettings);
          }
          if (action.equals("start " + first.id)) {
            bed.put(WRITTEN, bed.ledger(bed.bookies.get(1).id));
            throw new Killed("after the start");
          }
        });
    assertThat(catchThrowable(bed::rollback)).isInstanceOf(Killed.class);

    assertCopied();
  }

  /** It may have served on ZooKeeper before; neither store's writes are dropped unasked. */
  @Test
  void operatorDecidesWhichStoreKeepsItsWrites() throws Exception {
    whenFirstCameUpOnEtcd(
        () -> {
          bed.createUnchecked(TOPIC, "on ZooKeeper".getBytes(UTF_8));
          throw new Killed("after the start");
        });
    assertThat(catchThrowable(bed::rollback)).isInstanceOf(Killed.class);
    bed.driver.after(action -> {});

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(bed::rollback)
          .isInstanceOf(BlockedException.class)
          .hasMessageContaining("BOTH_WRITTEN")
          .hasMessageContaining("1 nodes that etcd lacks, first " + TOPIC)
          .hasMessageContaining("1 changes that ZooKeeper lacks, first " + WRITTEN)
          .hasMessageContaining("--accept-foreign " + WRITTEN)
          .hasMessageContaining("--accept-late-write " + TOPIC);
      assertThat(bed.brokers).noneMatch(StandIn::running);
    }
    WindowResult done = bed.rollback(new Accepted(Set.of(new ZkPath(WRITTEN)), Set.of()));

    assertThat(done.done()).as(done.text()).isTrue();
    assertThat(bed.dataInZooKeeper(TOPIC)).isEqualTo("on ZooKeeper");
    assertThat(bed.existsInZooKeeper(WRITTEN)).isFalse();
    bed.assertServingOnZooKeeper();
  }

  @Test
  void writesInZooKeeperCanBeGivenUp() throws Exception {
    whenFirstCameUpOnEtcd(
        () -> {
          bed.createUnchecked(TOPIC, "on ZooKeeper".getBytes(UTF_8));
          throw new Killed("after the start");
        });
    assertThat(catchThrowable(bed::rollback)).isInstanceOf(Killed.class);
    bed.driver.after(action -> {});

    WindowResult done = bed.rollback(new Accepted(Set.of(), Set.of(new ZkPath(TOPIC))));

    assertThat(done.done()).as(done.text()).isTrue();
    assertThat(bed.existsInZooKeeper(TOPIC)).isFalse();
    assertThat(bed.existsInZooKeeper(WRITTEN)).isTrue();
    bed.assertServingOnZooKeeper();
  }

  /** Nobody writes to etcd, whose history is compacted before the rollback is resumed. */
  @Test
  void whatABrokerWroteToZooKeeperIsNotRevertedAfterCompaction() throws Exception {
    long before = servedOnZooKeeperForAMoment();
    new EtcdAdmin(etcd.endpoint()).compact();

    WindowResult done = bed.rollback();

    assertThat(done.done()).as(done.text()).isTrue();
    assertThat(bed.dataInZooKeeper(TOPIC)).isEqualTo("on ZooKeeper");
    assertThat(bed.nextLedgerIdOnZooKeeper()).isGreaterThanOrEqualTo(before);
    bed.assertServingOnZooKeeper();
  }

  /** Another writer allocates an id on etcd, which differs from ZooKeeper in nothing else. */
  @Test
  void idsAllocatedOnEtcdAreNotAllocatedAgain() throws Exception {
    servedOnZooKeeperForAMoment();
    bed.put("/ledgers/idgen-long/HOB-0000000007", TestBed.NOTHING);

    WindowResult done = bed.rollback();

    assertThat(done.done()).as(done.text()).isTrue();
    assertThat(bed.dataInZooKeeper(TOPIC)).isEqualTo("on ZooKeeper");
    assertThat(bed.nextLedgerIdOnZooKeeper())
        .isGreaterThanOrEqualTo(bed.nextLedgerIdOnEtcd())
        .isGreaterThan(7L << Integer.SIZE);
    bed.assertServingOnZooKeeper();
  }

  /** The first one serves on ZooKeeper by then. */
  @Tag("campaign")
  @Test
  void laterBrokerThatCameUpOnEtcdIsStopped() throws Exception {
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    StandIn second = bed.brokers.get(1);
    Settings etcdSettings = second.settings();
    bed.driver.before(
        action -> {
          if (action.equals("start " + second.id)) {
            second.configure(etcdSettings);
          }
        });

    WindowResult stopped = bed.rollback();

    assertThat(stopped.text())
        .contains("came up on etcd")
        .contains("; stopped broker " + second.id)
        .contains("since brokers must not serve on both stores");
    assertThat(bed.brokers.get(0).running()).isTrue();
    assertThat(second.running()).isFalse();
    bed.driver.before(action -> {});
    WindowResult done = bed.rollback();
    assertThat(done.done()).as(done.text()).isTrue();
    bed.assertServingOnZooKeeper();
  }

  /** The first broker serves on ZooKeeper and is lost; the second does not become healthy. */
  private long servedOnZooKeeperForAMoment() {
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    StandIn first = bed.brokers.get(0);
    StandIn second = bed.brokers.get(1);
    bed.driver.after(
        action -> {
          if (action.equals("start " + second.id)) {
            assertThat(bed.existsInZooKeeper(first.path())).isTrue();
            bed.createUnchecked(TOPIC, "on ZooKeeper".getBytes(UTF_8));
            throw new StoreException(Store.ZOOKEEPER, "it did not answer");
          }
        });
    WindowResult stopped = bed.rollback();
    assertThat(stopped.text()).contains("stopped at start-brokers-on-zookeeper");
    bed.driver.after(action -> {});
    bed.brokers.forEach(StandIn::stop);
    return bed.nextLedgerIdOnZooKeeper();
  }

  private void whenFirstCameUpOnEtcd(Runnable happens) {
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    StandIn first = bed.brokers.get(0);
    Settings etcdSettings = first.settings();
    bed.whenBrokersServeOnEtcd.add(() -> bed.put(WRITTEN, bed.ledger(bed.bookies.get(0).id)));
    AtomicBoolean configured = new AtomicBoolean();
    bed.driver.after(
        action -> {
          if (action.equals("configure " + first.id) && !configured.getAndSet(true)) {
            first.configure(etcdSettings);
          }
          if (action.equals("start " + first.id)) {
            assertThat(bed.key(WRITTEN)).isPresent();
            happens.run();
          }
        });
  }

  private void assertCopied() throws Exception {
    bed.driver.after(action -> {});

    WindowResult done = bed.rollback();

    assertThat(done.done()).as(done.text()).isTrue();
    assertThat(bed.existsInZooKeeper(WRITTEN)).isTrue();
    bed.assertServingOnZooKeeper();
  }
}
