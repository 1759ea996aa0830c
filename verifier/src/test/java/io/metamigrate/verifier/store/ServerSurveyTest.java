package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.ServerSurvey.ServerAnswer;
import io.metamigrate.verifier.store.SourceSnapshot.Creation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServerSurveyTest {
  @Test
  void serversOfOneEnsembleAreTheSameDuringInitialization() {
    assertThat(difference(snapshot("i", 5, 6), snapshot("i", 5, 6), snapshot("i", 5, 6))).isEmpty();
    assertThat(difference(snapshot(null, 0, 0), snapshot("i", 5, 0), snapshot("i", 5, 6)))
        .isEmpty();
    assertThat(difference(snapshot(null, 0, 0), snapshot(null, 0, 0), snapshot(null, 0, 0)))
        .isEmpty();
  }

  @Test
  void distinguishesEnsemblesByInstanceCreationAndHistory() {
    assertThat(difference(snapshot("i", 5, 6), snapshot("j", 5, 6), snapshot("i", 5, 6)))
        .isPresent();
    assertThat(difference(snapshot(null, 5, 0), snapshot(null, 7, 0), snapshot(null, 5, 0)))
        .isPresent();
    assertThat(difference(snapshot(null, 0, 6), snapshot(null, 0, 7), snapshot(null, 0, 6)))
        .isPresent();
    assertThat(difference(snapshot("i", 5, 6), snapshot(null, 0, 0), snapshot("i", 5, 6)))
        .isPresent();
    assertThat(difference(snapshot(null, 0, 0), snapshot("i", 5, 6), snapshot(null, 0, 0)))
        .isPresent();
  }

  private static Optional<String> difference(SourceSnapshot... sights) {
    return new ServerSurvey(
            Arrays.stream(sights).map(snapshot -> new ServerAnswer("s", snapshot)).toList(),
            List.of())
        .difference();
  }

  /** Zero for a root that is not there. */
  private static SourceSnapshot snapshot(@Nullable String instanceId, long ledgers, long admin) {
    return new SourceSnapshot(
        Optional.ofNullable(instanceId),
        created(ledgers),
        created(admin),
        Optional.empty(),
        Zxid.NONE);
  }

  private static Optional<Creation> created(long zxid) {
    return zxid == 0 ? Optional.empty() : Optional.of(new Creation(new Zxid(zxid), 1));
  }
}
