package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class OutageClockTest {
  private static final Instant BEGAN = Instant.parse("2026-11-25T22:00:00Z");

  private final AtomicReference<Instant> wall = new AtomicReference<>(BEGAN);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
  private final OutageClock clock = new OutageClock(wall::get, nanos::get);

  @Test
  void aClockThatIsSetChangesNoOutage() {
    assertThat(clock.since(BEGAN)).isZero();

    passes(10);
    wall.set(BEGAN.minusSeconds(3_600));
    assertThat(clock.since(BEGAN)).hasSeconds(10);
    passes(10);
    wall.set(BEGAN.plusSeconds(3_600));
    assertThat(clock.since(BEGAN)).hasSeconds(20);
  }

  @Test
  void anOutageThatAnotherProcessRecordedCounts() {
    wall.set(BEGAN.plusSeconds(50));

    assertThat(clock.since(BEGAN)).hasSeconds(50);
    passes(5);
    assertThat(clock.since(BEGAN)).hasSeconds(55);
  }

  @Test
  void aRecordOfTheFutureCountsFromNowOn() {
    wall.set(BEGAN.minusSeconds(3_600));

    assertThat(clock.since(BEGAN)).isZero();
    passes(5);
    assertThat(clock.since(BEGAN)).hasSeconds(5);
  }

  @Test
  void eachOutageIsCountedFromItsOwnBeginning() {
    clock.since(BEGAN);
    passes(60);
    wall.set(BEGAN.plusSeconds(60));

    assertThat(clock.since(BEGAN.plusSeconds(60))).isZero();
  }

  private void passes(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
