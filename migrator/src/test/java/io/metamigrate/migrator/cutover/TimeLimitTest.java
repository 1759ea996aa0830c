package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TimeLimitTest {
  private static final Instant BEGAN = Instant.parse("2026-11-25T22:00:00Z");
  private static final TimeLimit LIMIT =
      new TimeLimit(Duration.ofMinutes(2), Optional.of(BEGAN.plusSeconds(3_600)));
  private static final CutoverState FORWARD =
      CutoverState.begin(new Header("c1", Strategy.ROLLING, "me", BEGAN), List.of());

  @Test
  void anOutageCountsFromWhenItWasSeen() {
    CutoverState away = FORWARD.outageFrom(BEGAN);

    assertThat(exceeded(FORWARD, BEGAN.plusSeconds(300))).isEmpty();
    assertThat(exceeded(away, BEGAN.plusSeconds(120))).isEmpty();
    assertThat(exceeded(away, BEGAN.plusSeconds(121))).isPresent();
    assertThat(exceeded(away.outageOver(), BEGAN.plusSeconds(121))).isEmpty();
  }

  @Test
  void theLastMomentHoldsWhileBrokersServe() {
    assertThat(exceeded(FORWARD, BEGAN.plusSeconds(3_600))).isEmpty();
    assertThat(exceeded(FORWARD, BEGAN.plusSeconds(3_601)).orElseThrow())
        .contains("2026-11-25T23:00:00Z");
    assertThat(LIMIT.announcement().orElseThrow()).contains("2026-11-25T23:00:00Z");
  }

  @Test
  void nothingIsUndoneAfterThePointOfNoReturnNorInARollback() {
    Instant late = BEGAN.plusSeconds(9_000);
    CutoverState away = FORWARD.outageFrom(BEGAN);

    assertThat(exceeded(away.withCommit(BEGAN), late)).isEmpty();
    assertThat(exceeded(away.reverseTo(MoveProgress.BACK_BEFORE_NO_RETURN, List.of()), late))
        .isEmpty();
  }

  private static Optional<String> exceeded(CutoverState state, Instant now) {
    return LIMIT.exceeded(
        state, state.outageSince().map(since -> Duration.between(since, now)), now);
  }
}
