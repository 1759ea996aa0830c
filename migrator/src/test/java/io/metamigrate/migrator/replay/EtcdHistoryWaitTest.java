package io.metamigrate.migrator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class EtcdHistoryWaitTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final CompletableFuture<String> answer = new CompletableFuture<>();

  @Test
  void waitsWhileEtcdAnswers() throws Exception {
    String history =
        EtcdHistory.await(
            answer, () -> 0, AT_ONCE, Duration.ofMinutes(1), () -> answer.complete("history"));

    assertThat(history).isEqualTo("history");
  }

  @Test
  void etcdThatDoesNotAnswerEndsTheWait() {
    assertThatThrownBy(
            () ->
                EtcdHistory.await(
                    answer, () -> 0, AT_ONCE, Duration.ofMinutes(1), EtcdHistoryWaitTest::silent))
        .hasMessage("etcd does not answer");
  }

  @Test
  void givesUpOnSilentHistory() {
    assertThatThrownBy(
            () -> EtcdHistory.await(answer, () -> 0, AT_ONCE, Duration.ofMillis(50), () -> {}))
        .isInstanceOf(TimeoutException.class);
  }

  private static void silent() {
    throw new IllegalStateException("etcd does not answer");
  }
}
