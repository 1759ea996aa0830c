package io.metamigrate.verifier.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks etcd how it was started, how it does, and whether it asks for passwords. */
public final class EtcdServerSurvey {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private EtcdServerSurvey() {}

  /**
   * Asks each member that is named until one answers.
   *
   * @param components the endpoints that brokers and bookies will be given
   */
  public static EtcdServerFacts of(EtcdConnection connection, List<String> components) {
    EtcdSettings settings = connection.settings();
    Optional<Map<String, String>> flags = Optional.empty();
    Optional<EtcdServerFacts.Metrics> metrics = Optional.empty();
    for (String endpoint : settings.endpoints()) {
      flags = flags.isPresent() ? flags : EtcdWeb.flags(endpoint, EtcdReachability.files(settings));
      metrics =
          metrics.isPresent()
              ? metrics
              : EtcdWeb.metrics(endpoint, EtcdReachability.files(settings));
    }
    return new EtcdServerFacts(
        flags,
        metrics,
        authentication(settings),
        componentClusterId(settings, components),
        EndpointSurvey.of(settings, "/").silent());
  }

  /**
   * A server that answers without a user asks for none. With a certificate the name in it may be
   * the user, so that nothing is known.
   */
  private static Optional<Boolean> authentication(EtcdSettings settings) {
    if (settings.user().isEmpty()) {
      return settings.certificate().isPresent() ? Optional.empty() : Optional.of(false);
    }
    EtcdSettings anonymous =
        new EtcdSettings(
            settings.endpoints(),
            Optional.empty(),
            Optional.empty(),
            settings.trust(),
            settings.certificate(),
            settings.key(),
            TIMEOUT);
    try (EtcdConnection connection = EtcdConnection.open(anonymous)) {
      new EtcdReader(connection).clusterId();
      return Optional.of(false);
    } catch (StoreException e) {
      return String.valueOf(e.getMessage()).contains("user name is empty")
          ? Optional.of(true)
          : Optional.empty();
    }
  }

  private static OptionalLong componentClusterId(EtcdSettings settings, List<String> components) {
    if (components.isEmpty() || components.equals(settings.endpoints())) {
      return OptionalLong.empty();
    }
    boolean secure = components.get(0).startsWith("https://");
    EtcdSettings other =
        new EtcdSettings(
            components,
            settings.user(),
            settings.password(),
            secure ? settings.trust() : Optional.empty(),
            secure ? settings.certificate() : Optional.empty(),
            secure ? settings.key() : Optional.empty(),
            TIMEOUT);
    try (EtcdConnection connection = EtcdConnection.open(other)) {
      return OptionalLong.of(new EtcdReader(connection).clusterId());
    } catch (StoreException e) {
      return OptionalLong.empty();
    }
  }
}
