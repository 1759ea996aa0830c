package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.control.DaemonProgress;
import io.metamigrate.migrator.run.HiddenNodes.Look;
import io.metamigrate.verifier.store.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class HiddenNodesTest {
  /** One listing of the whole tree at a time, however many ask for a barrier. */
  @Test
  void doesNotWaitForTheLookOfAnother() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Look> answer = new CompletableFuture<>();
    HiddenNodes nodes =
        new HiddenNodes(
            () -> {
              begun.countDown();
              return answer.join();
            },
            new DaemonProgress("c1", "Following", Instant::now, DaemonProgress.NEVER_THROTTLED)
                .health());
    CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(nodes::refuse);
    begun.await();

    assertThat(CompletableFuture.supplyAsync(nodes::refuse))
        .succeedsWithin(Duration.ofSeconds(10))
        .isEqualTo(false);

    answer.complete(new Look(new Unreadable(), 1));
    assertThat(first.get()).isTrue();
    assertThat(nodes.refuse()).isTrue();
  }
}
