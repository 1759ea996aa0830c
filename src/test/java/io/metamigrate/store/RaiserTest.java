package io.metamigrate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.migrator.replay.VersionRaiser;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RaiserTest extends WithTheLock {
  private static final ZkPath IDGEN = new ZkPath("/ledgers/idgen");

  @Test
  void endsAtTheVersionExactly() {
    assertThat(raise(700)).isEqualTo(700);

    assertThat(version()).isEqualTo(700);
    assertThat(etcd.reader().read(IDGEN).orElseThrow().data().isEmpty()).isTrue();
  }

  @Test
  void resumesAfterAKilledRun() {
    raise(300);

    assertThat(raise(1_000)).isEqualTo(700);
    assertThat(raise(1_000)).isZero();
    assertThat(version()).isEqualTo(1_000);
  }

  @Test
  void neverLowers() {
    raise(300);

    assertThat(raise(7)).isZero();
    assertThat(version()).isEqualTo(300);
  }

  @Test
  void isExactDespiteConcurrentRepeats() throws Exception {
    List<CompletableFuture<Long>> repeats =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> raise(2_000))).limit(4).toList();

    long puts = 0;
    for (CompletableFuture<Long> repeat : repeats) {
      puts += repeat.get(2, TimeUnit.MINUTES);
    }

    assertThat(version()).isEqualTo(2_000);
    assertThat(puts).isEqualTo(2_000);
  }

  @Test
  void holderThatLostTheLockRaisesNothing() {
    raise(5);
    etcd.delete("metamigrate/lock");

    assertThatThrownBy(() -> raise(9))
        .isInstanceOf(LostAuthorityException.class)
        .hasMessageContaining("/ledgers/idgen from version 5 to 9");

    assertThat(version()).isEqualTo(5);
  }

  private long raise(long version) {
    return new VersionRaiser(etcd.connection(), authority, puts -> {})
        .raise(new VersionGoal(IDGEN, version));
  }

  private long version() {
    return etcd.reader().read(IDGEN).map(EtcdEntry::version).orElseThrow();
  }
}
