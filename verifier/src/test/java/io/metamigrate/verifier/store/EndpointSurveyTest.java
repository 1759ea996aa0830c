package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.EndpointSurvey.EndpointAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EndpointSurveyTest {
  @Test
  void membersOfOneClusterAreTheSameDuringWrites() {
    assertThat(difference(answer(7, 5, null), answer(7, 5, null), answer(7, 9, null))).isEmpty();
    assertThat(difference(answer(7, 5, "n"), answer(7, 6, "n"), answer(7, 6, "n"))).isEmpty();
  }

  @Test
  void distinguishesEtcdsByClusterIdRevisionAndMove() {
    assertThat(difference(answer(7, 5, null), answer(8, 5, null), answer(7, 5, null))).isPresent();
    assertThat(difference(answer(7, 5, null), answer(7, 9, null), answer(7, 5, null))).isPresent();
    assertThat(difference(answer(7, 5, null), answer(7, 2, null), answer(7, 5, null))).isPresent();
    assertThat(difference(answer(7, 5, "n"), answer(7, 6, "m"), answer(7, 6, "n"))).isPresent();
    assertThat(difference(answer(7, 5, "n"), answer(7, 6, null), answer(7, 6, "n"))).isPresent();
  }

  private static Optional<String> difference(EndpointAnswer... answers) {
    return new EndpointSurvey(Arrays.asList(answers), List.of()).difference(String::equals);
  }

  private static EndpointAnswer answer(long clusterId, long revision, @Nullable String value) {
    return new EndpointAnswer("e", clusterId, new Revision(revision), Optional.ofNullable(value));
  }
}
