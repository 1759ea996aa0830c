package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.Zxid;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveFollowingTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Fake first = new Fake(OptionalLong.of(9));
  private final Fake second = new Fake(OptionalLong.of(7));
  private final Deque<Fake> beginnings = new ArrayDeque<>(List.of(first, second));

  @Test
  void whatAFollowerRemembersIsVoidOnceAStoreHasFailed() throws Exception {
    try (LiveFollowing following = following(TIMEOUT)) {
      first.failure = new StoreException(Store.ETCD, "writing /a: no answer");
      assertThat(first.closed.await(30, TimeUnit.SECONDS)).isTrue();

      assertThat(following.barrier()).isEqualTo(Fake.BARRIER);

      assertThat(second.barriers).hasValue(1);
      assertThat(following.failure()).isEmpty();
      assertThat(following.largestLedger()).hasValue(9);
    }
  }

  @Test
  void aBarrierOutlastsTheFailureOfAStore() {
    first.barrierFailure = new StoreException(Store.ZOOKEEPER, "the leader is gone");
    try (LiveFollowing following = following(TIMEOUT)) {
      assertThat(following.barrier()).isEqualTo(Fake.BARRIER);

      assertThat(first.closed.getCount()).isZero();
      assertThat(second.barriers).hasValue(1);
    }
  }

  @Test
  void aBarrierFailsAfterItsTimeout() {
    first.barrierFailure = new StoreException(Store.ZOOKEEPER, "the leader is gone");
    try (LiveFollowing following = following(Duration.ZERO)) {
      assertThatThrownBy(following::barrier).hasMessage("the leader is gone");
    }
  }

  @Test
  void whatIsNotAStoresFailureEndsIt() throws Exception {
    try (LiveFollowing following = following(TIMEOUT)) {
      first.failure = new IllegalStateException("another writer changed /a");
      assertThat(first.closed.await(30, TimeUnit.SECONDS)).isTrue();

      assertThatThrownBy(following::barrier).hasMessageContaining("another writer changed /a");

      assertThat(following.failure()).contains("another writer changed /a");
      assertThat(beginnings).containsExactly(second);
    }
  }

  private LiveFollowing following(Duration timeout) {
    return new LiveFollowing(beginnings::remove, timeout);
  }

  private static final class Fake implements LiveFollowing.OpenFollower {
    private static final Barrier BARRIER = new Barrier(new Zxid(5), new Revision(6));

    private final OptionalLong largest;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable RuntimeException barrierFailure;
    private final AtomicInteger barriers = new AtomicInteger();

    Fake(OptionalLong largest) {
      this.largest = largest;
    }

    @Override
    public void step(Duration wait) throws InterruptedException {
      RuntimeException now = failure;
      if (now != null) {
        throw now;
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }

    @Override
    public Barrier barrier() {
      RuntimeException now = barrierFailure;
      if (now != null) {
        throw now;
      }
      barriers.incrementAndGet();
      return BARRIER;
    }

    @Override
    public OptionalLong largestLedger() {
      return largest;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
