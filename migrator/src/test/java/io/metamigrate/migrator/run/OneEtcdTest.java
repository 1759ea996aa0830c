package io.metamigrate.migrator.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.verifier.store.EndpointSurvey;
import io.metamigrate.verifier.store.EndpointSurvey.EndpointAnswer;
import io.metamigrate.verifier.store.Revision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each sign of another etcd is enough by itself. */
final class OneEtcdTest {
  private static final String MOVE = new String(MoveIdentity.create().toJson(), UTF_8);

  @Test
  void clusterIdRevisionAndMoveEachDistinguishWhatTheLeaseDoesNot() {
    assertThat(difference(answer("a", 7, 5), answer("b", 8, 5), answer("a", 7, 5)))
        .contains("a has cluster id 7, b has 8");
    assertThat(difference(answer("a", 7, 5), answer("b", 7, 4), answer("a", 7, 5)))
        .contains("b is at revision 4, a was at 5 before");
    assertThat(difference(answer("a", 7, 5), answer("b", 7, 9), answer("a", 7, 5)))
        .contains("a is at revision 5, b was at 9 before");
    assertThat(
            difference(
                holding("a", MOVE),
                holding("b", new String(MoveIdentity.create().toJson(), UTF_8)),
                holding("a", MOVE)))
        .contains("a and b contain different moves, or only one of them contains one");
  }

  @Test
  void leaseDistinguishesEqualEndpointsAndIsReadOncePerEndpoint() {
    assertThat(
            OneEtcd.of(
                    survey(answer("a", 7, 5), answer("b", 7, 5), answer("a", 7, 5)),
                    answered -> Optional.of("a lease of " + answered))
                .difference())
        .contains("a lease of [a, b]");
  }

  @Test
  void membersOfOneEtcdAndOneThatIsLeftOfThemAreTheSame() {
    assertThat(difference(answer("a", 7, 5), answer("b", 7, 6), answer("a", 7, 8))).isEmpty();
    assertThat(difference(holding("a", MOVE), holding("b", MOVE), holding("a", MOVE))).isEmpty();
    OneEtcd one =
        OneEtcd.of(
            new EndpointSurvey(List.of(answer("a", 7, 5), answer("a", 7, 5)), List.of("b")),
            answered -> Optional.of("asked although only one answers"));
    assertThat(one.difference()).isEmpty();
    assertThat(one.silent()).containsExactly("b");
  }

  private static Optional<String> difference(EndpointAnswer... answers) {
    return OneEtcd.of(survey(answers), OneEtcdTest::knownByAll).difference();
  }

  private static EndpointSurvey survey(EndpointAnswer... answers) {
    return new EndpointSurvey(List.of(answers), List.of());
  }

  private static EndpointAnswer answer(String endpoint, long clusterId, long revision) {
    return new EndpointAnswer(endpoint, clusterId, new Revision(revision), Optional.empty());
  }

  private static EndpointAnswer holding(String endpoint, String move) {
    return new EndpointAnswer(endpoint, 7, new Revision(5), Optional.of(move));
  }

  /** The lease that one of them granted is known by all. */
  private static Optional<String> knownByAll(List<String> answered) {
    return Optional.empty();
  }
}
