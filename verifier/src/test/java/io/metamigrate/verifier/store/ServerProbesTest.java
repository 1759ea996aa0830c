package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServerProbesTest {
  @Test
  void serverThatAnswersIsSeenHoweverLateAfterOneThatDoesNot() {
    for (int round = 0; round < 2_000; round++) {
      CountDownLatch refused = new CountDownLatch(1);
      ServerProbes probes =
          ServerProbes.awaitFirstAnswer(
              List.of("up:1", "down:1"),
              false,
              (server, reacts) -> {
                if (server.startsWith("down")) {
                  refused.countDown();
                  return ServerProbes.Probe.unreachable("nothing listens there");
                }
                awaitQuietly(refused);
                return ServerProbes.Probe.answers();
              });

      assertThatCode(() -> probes.requireReachable(Store.ZOOKEEPER, "ZooKeeper"))
          .as("round %d", round)
          .doesNotThrowAnyException();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
