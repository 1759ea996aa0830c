package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.control.DaemonProgress;
import io.metamigrate.migrator.run.HiddenNodes.ScanResult;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class HiddenNodesTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  /** A look that takes longer than a request may would otherwise never answer anybody. */
  @Test
  void continuesScanForTheNextCall() throws Exception {
    AtomicInteger scans = new AtomicInteger();
    CompletableFuture<ScanResult> answer = new CompletableFuture<>();
    HiddenNodes nodes =
        listing(
            () -> {
              scans.incrementAndGet();
              return answer.join();
            });
    assertThat(nodes.requireNone(Duration.ofMillis(1))).isFalse();
    assertThat(nodes.requireNone(Duration.ofMillis(1))).isFalse();

    answer.complete(new ScanResult(new Unreadable(), 1));

    assertThat(nodes.requireNone(LONG)).isTrue();
    assertThat(scans).as("one listing of the whole tree at a time").hasValue(1);
    assertThat(nodes.requireNone(LONG)).isTrue();
    assertThat(scans).as("its result counts once").hasValue(2);
  }

  @Test
  void reportsWhyScanFailed() {
    StoreException failure = new StoreException(Store.ZOOKEEPER, "no answer");
    HiddenNodes nodes =
        listing(
            () -> {
              throw failure;
            });

    assertThatThrownBy(() -> nodes.requireNone(LONG)).isSameAs(failure);
  }

  private static HiddenNodes listing(Supplier<ScanResult> listing) {
    return new HiddenNodes(
        listing,
        new DaemonProgress("c1", "Following", Instant::now, DaemonProgress.NEVER_THROTTLED)
            .health());
  }
}
