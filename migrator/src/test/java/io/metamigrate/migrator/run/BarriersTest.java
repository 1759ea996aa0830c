package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class BarriersTest {
  @Test
  @Timeout(60)
  void waitForABarrierEndsAlsoWithoutADriver() throws InterruptedException {
    assertThat(new Barriers().await(Duration.ofMillis(20))).isEmpty();
  }
}
