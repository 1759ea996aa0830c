package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.OtlpConfig;
import io.micrometer.core.instrument.Clock;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends all meters to a receiver by OTLP over HTTP, times in seconds. */
final class OtlpSender {
  private OtlpSender() {}

  static OtlpMeterRegistry of(OtlpConfig config) {
    return new OtlpMeterRegistry(new OtlpSettings(config), Clock.SYSTEM);
  }

  private record OtlpSettings(OtlpConfig config) implements io.micrometer.registry.otlp.OtlpConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public String url() {
      return config.url().orElseThrow().toString();
    }

    @Override
    public Duration step() {
      return config.interval();
    }

    @Override
    public TimeUnit baseTimeUnit() {
      return TimeUnit.SECONDS;
    }

    @Override
    public Map<String, String> resourceAttributes() {
      return Map.of("service.name", "metamigrate");
    }

    @Override
    public Map<String, String> headers() {
      return config
          .tokenFile()
          .map(file -> Map.of("Authorization", Token.of(file).header()))
          .orElseGet(Map::of);
    }
  }
}
