package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Progress.Totals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The meters of {@link Progress}; a value that is not known is NaN, as Prometheus has it. */
final class ProgressMeters {
  private final Progress progress;
  private final MeterRegistry registry;

  ProgressMeters(Progress progress, MeterRegistry registry) {
    this.progress = progress;
    this.registry = registry;
  }

  void register(List<String> phases) {
    for (String phase : phases) {
      Gauge.builder("metamigrate.phase", progress, it -> it.status().phase().equals(phase) ? 1 : 0)
          .tag("phase", phase)
          .register(registry);
    }
    for (TroubleId id : TroubleId.values()) {
      Gauge.builder("metamigrate.trouble", progress, it -> it.status().health().has(id) ? 1 : 0)
          .tag("id", id.name())
          .register(registry);
    }
    Gauge.builder("metamigrate.healthy", progress, it -> it.status().health().isOk() ? 1 : 0)
        .register(registry);
    gauge("source.nodes", Status::total);
    gauge("lag.milliseconds", Status::lagMillis);
    gauge("lag.changes", Status::lagChanges);
    gauge("last.applied.zxid", ProgressMeters::zxid);
    gauge("last.verification.timestamp.seconds", ProgressMeters::verifiedAt);
    counter("copied.nodes", Tags.empty(), Totals::nodes);
    counter("copied.bytes", Tags.empty(), Totals::bytes);
    counter("verifications", Tags.of("result", "consistent"), Totals::consistentRounds);
    counter("verifications", Tags.of("result", "different"), Totals::differentRounds);
  }

  private static OptionalLong zxid(Status status) {
    return status.lastAppliedZxid().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.decode(status.lastAppliedZxid().get()));
  }

  private static OptionalLong verifiedAt(Status status) {
    return status.lastVerification().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(status.lastVerification().get().at().getEpochSecond());
  }

  private void gauge(String name, Function<Status, OptionalLong> value) {
    Gauge.builder(
            "metamigrate." + name,
            progress,
            it -> {
              OptionalLong known = value.apply(it.status());
              return known.isEmpty() ? Double.NaN : known.getAsLong();
            })
        .register(registry);
  }

  private void counter(String name, Tags tags, ToLongFunction<Totals> value) {
    FunctionCounter.builder("metamigrate." + name, progress, it -> value.applyAsLong(it.totals()))
        .tags(tags)
        .register(registry);
  }
}
