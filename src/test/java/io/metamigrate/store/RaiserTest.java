package io.metamigrate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.Raise;
import io.metamigrate.migrator.replay.Raiser;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RaiserTest {
  private static final ZkPath IDGEN = new ZkPath("/ledgers/idgen");
  private static Etcd etcd;

  private Authority authority;

  @BeforeAll
  static void start(@TempDir Path directory) {
    etcd = Etcd.start(directory);
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @BeforeEach
  void takeTheLock() {
    etcd.wipe();
    authority = etcd.authority();
  }

  @AfterEach
  void giveBackTheLock() {
    authority.lock().close();
  }

  @Test
  void endsAtTheVersionExactly() {
    assertThat(raise(700)).isEqualTo(700);

    assertThat(version()).isEqualTo(700);
    assertThat(etcd.reader().read(IDGEN).orElseThrow().data().isEmpty()).isTrue();
  }

  @Test
  void goesOnFromWhereAnEarlierRunWasKilled() {
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
  void isExactAlsoWhenItsPutsAreRepeatedAtTheSameTime() throws Exception {
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
    return new Raiser(etcd.connection(), authority, puts -> {}).raise(new Raise(IDGEN, version));
  }

  private long version() {
    return etcd.reader().read(IDGEN).map(EtcdEntry::version).orElseThrow();
  }
}
