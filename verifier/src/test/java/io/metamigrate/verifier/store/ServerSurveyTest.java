package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.ServerSurvey.Answer;
import io.metamigrate.verifier.store.SourceSight.Birth;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServerSurveyTest {
  @Test
  void serversOfOneEnsembleAreTheSameAlsoWhileTheClusterIsSetUp() {
    assertThat(difference(sight("i", 5, 6), sight("i", 5, 6), sight("i", 5, 6))).isEmpty();
    assertThat(difference(sight(null, 0, 0), sight("i", 5, 0), sight("i", 5, 6))).isEmpty();
    assertThat(difference(sight(null, 0, 0), sight(null, 0, 0), sight(null, 0, 0))).isEmpty();
  }

  @Test
  void otherInstanceOtherBirthAndWhatIsGoneAgainAreOtherEnsembles() {
    assertThat(difference(sight("i", 5, 6), sight("j", 5, 6), sight("i", 5, 6))).isPresent();
    assertThat(difference(sight(null, 5, 0), sight(null, 7, 0), sight(null, 5, 0))).isPresent();
    assertThat(difference(sight(null, 0, 6), sight(null, 0, 7), sight(null, 0, 6))).isPresent();
    assertThat(difference(sight("i", 5, 6), sight(null, 0, 0), sight("i", 5, 6))).isPresent();
    assertThat(difference(sight(null, 0, 0), sight("i", 5, 6), sight(null, 0, 0))).isPresent();
  }

  private static Optional<String> difference(SourceSight... sights) {
    return new ServerSurvey(
            Arrays.stream(sights).map(sight -> new Answer("s", sight)).toList(), List.of())
        .difference();
  }

  /** Zero for a root that is not there. */
  private static SourceSight sight(@Nullable String instanceId, long ledgers, long admin) {
    return new SourceSight(
        Optional.ofNullable(instanceId), birth(ledgers), birth(admin), Optional.empty(), Zxid.NONE);
  }

  private static Optional<Birth> birth(long zxid) {
    return zxid == 0 ? Optional.empty() : Optional.of(new Birth(new Zxid(zxid), 1));
  }
}
