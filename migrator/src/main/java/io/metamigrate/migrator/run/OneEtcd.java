package io.metamigrate.migrator.run;

import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.plan.ComponentEtcd;
import io.metamigrate.migrator.replay.LeaseProbe;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EndpointSurvey;
import io.metamigrate.verifier.store.EtcdSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether all endpoints lead to one etcd: by cluster ids, by revisions, by the move that each
 * holds, and by a lease that one grants and the others must know. The first three are equal on two
 * etcds that were started with the same flags, or of which one is a copy of the other.
 *
 * @param silent endpoints that do not answer; they are no other etcd
 * @param difference two endpoints of different etcds, in words
 */
public record OneEtcd(List<String> silent, Optional<String> difference) {
  private static final Logger LOG = LoggerFactory.getLogger(OneEtcd.class);

  public OneEtcd {
    silent = List.copyOf(silent);
  }

  static OneEtcd check(EtcdSettings settings) {
    EndpointSurvey survey = EndpointSurvey.of(settings, StateStore.key(MoveIdentity.DOCUMENT));
    return of(survey, answered -> LeaseProbe.difference(settings, answered));
  }

  /**
   * Decides by what the endpoints answered.
   *
   * @param lease asks them for a lease of the first; two that differ, in words
   */
  static OneEtcd of(EndpointSurvey survey, Function<List<String>, Optional<String>> lease) {
    List<String> answered =
        survey.answers().stream().map(EndpointSurvey.EndpointAnswer::endpoint).distinct().toList();
    Optional<String> difference =
        StoreCheck.difference(survey)
            .or(() -> answered.size() > 1 ? lease.apply(answered) : Optional.empty());
    return new OneEtcd(survey.silent(), difference);
  }

  /**
   * Refuses a list that leads to more than one.
   *
   * @throws BlockedException naming two endpoints
   */
  static void require(EtcdSettings settings) {
    OneEtcd check = check(settings);
    for (String silent : check.silent()) {
      LOG.atWarn().addKeyValue("endpoint", silent).log("an endpoint of etcd does not answer");
    }
    check.refuse();
  }

  /**
   * Refuses a list of endpoints that show different keys. Puts a short-lived key, so only a process
   * that is about to write may call it.
   *
   * @throws BlockedException naming two endpoints
   */
  static void requireSameKeys(EtcdSettings settings) {
    if (settings.endpoints().size() > 1) {
      of(
              EndpointSurvey.of(settings, StateStore.key(MoveIdentity.DOCUMENT)),
              answered -> LeaseProbe.differenceOfKeys(settings, answered))
          .refuse();
    }
  }

  private void refuse() {
    difference
        .map(StoreCheck::targetsDiffer)
        .ifPresent(
            mismatch -> {
              throw BlockedException.of(mismatch);
            });
  }

  /**
   * Whether components are sent to the etcd that is filled.
   *
   * @param settings of the etcd that is filled
   * @param components the endpoints that brokers and bookies will be given
   */
  public static ComponentEtcd ofComponents(EtcdSettings settings, List<String> components) {
    List<String> others =
        components.stream().filter(url -> !settings.endpoints().contains(url)).toList();
    if (others.isEmpty()) {
      return ComponentEtcd.SAME;
    }
    OneEtcd check =
        check(settings.at(Stream.concat(settings.endpoints().stream(), others.stream()).toList()));
    return new ComponentEtcd(
        check.difference(), others.stream().filter(check.silent()::contains).toList());
  }
}
