package io.metamigrate.migrator.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A receiver of metrics by OTLP over HTTP.
 *
 * @param url the whole address, with its path; absent if metrics are only served
 * @param interval between two messages
 * @param tokenFile holds what is sent as {@code Authorization: Bearer}
 */
public record OtlpConfig(Optional<URI> url, Duration interval, Optional<SecretFile> tokenFile) {
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  public OtlpConfig {
    new Checks().positive("interval", interval).orThrow();
  }

  /** Metrics are only served. */
  public static OtlpConfig none() {
    return new OtlpConfig(Optional.empty(), INTERVAL, Optional.empty());
  }

  static OtlpConfig read(Section section) {
    Optional<URI> url = section.value("url", WebUrl::parse);
    Duration interval = section.duration("interval", INTERVAL);
    Optional<SecretFile> token = section.secret("tokenFile");
    return section.build(() -> new OtlpConfig(url, interval, token), none());
  }
}
