package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The first broker comes up on etcd although a rollback started it for ZooKeeper, and the process
 * ends before it can revert that start.
 */
@Timeout(400)
final class FirstStartRevertTest extends OnTwoStores {
  private static final String WRITTEN = "/ledgers/00/0000/L0042";

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

  /** It may have served on ZooKeeper for a moment before; neither store's writes are dropped. */
  @Test
  void whatBothStoresGotIsNamedBeforeAnythingIsCopied() throws Exception {
    String topic = "/managed-ledgers/public/default/persistent/both";
    whenFirstCameUpOnEtcd(
        () -> {
          bed.createUnchecked(topic, "on ZooKeeper".getBytes(UTF_8));
          throw new Killed("after the start");
        });
    assertThat(catchThrowable(bed::rollback)).isInstanceOf(Killed.class);
    bed.driver.after(action -> {});

    WindowResult stopped = bed.rollback();

    assertThat(stopped.text()).contains("stopped at copy-back", "--accept-late-write " + topic);
    assertThat(bed.dataInZooKeeper(topic)).isEqualTo("on ZooKeeper");
    assertThat(bed.key(WRITTEN)).isPresent();
    assertThat(bed.brokers).noneMatch(StandIn::running);
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
