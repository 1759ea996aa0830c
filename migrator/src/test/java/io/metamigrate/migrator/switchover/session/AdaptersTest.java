package io.metamigrate.migrator.switchover.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.cutover.StoresDifferException;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.Permits;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AdaptersTest {
  /** What can be called. */
  interface Acting {
    void act(Permit permit);
  }

  @Test
  void permitAllowsOneAction() {
    AtomicInteger actions = new AtomicInteger();
    Acting acting = Adapters.wrap(Acting.class, permit -> actions.incrementAndGet());
    Permit permit = Permits.toTest();
    acting.act(permit);
    assertThatThrownBy(() -> acting.act(permit)).isInstanceOf(IllegalStateException.class);
    assertThat(actions).hasValue(1);
  }

  @Test
  void translatesFailuresForTheEngine() {
    assertThat(exit(new StoreException(Store.ETCD, "silent"))).isEqualTo(Exit.ETCD_FAILED);
    assertThat(exit(new StoreException(Store.ZOOKEEPER, "silent")))
        .isEqualTo(Exit.ZOOKEEPER_FAILED);
    assertThat(exit(new StepFailedException("no"))).isEqualTo(Exit.STOPPED);
    assertThat(exit(new StoresDifferException("no"))).isEqualTo(Exit.STORES_DIFFER);
    assertThat(exit(new BlockedException("ID", "no", "do"))).isEqualTo(Exit.REFUSED);
    assertThat(
            Adapters.translate(new io.metamigrate.migrator.replay.LostAuthorityException("gone")))
        .isInstanceOf(LostAuthorityException.class)
        .hasMessage("gone");
    IllegalStateException other = new IllegalStateException();
    assertThat(Adapters.translate(other)).isSameAs(other);
  }

  private static Exit exit(RuntimeException failure) {
    return ((StepException) Adapters.translate(failure)).exit();
  }
}
