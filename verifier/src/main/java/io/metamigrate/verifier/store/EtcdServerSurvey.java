package io.metamigrate.verifier.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks etcd how it was started, how it does, and whether it asks for passwords. */
public final class EtcdServerSurvey {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private EtcdServerSurvey() {}

  /** Asks each member that is named until one answers. */
  public static EtcdServerFacts of(EtcdConnection connection) {
    EtcdSettings settings = connection.settings();
    Optional<Map<String, String>> flags = Optional.empty();
    Optional<EtcdServerFacts.ServerMetrics> metrics = Optional.empty();
    for (String endpoint : settings.endpoints()) {
      flags = flags.isPresent() ? flags : EtcdWeb.flags(endpoint, EtcdReachability.files(settings));
      metrics =
          metrics.isPresent()
              ? metrics
              : EtcdWeb.metrics(endpoint, EtcdReachability.files(settings));
    }
    return new EtcdServerFacts(
        flags, metrics, authentication(settings), EndpointSurvey.of(settings, "/").silent());
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
}
