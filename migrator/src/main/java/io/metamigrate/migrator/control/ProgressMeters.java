package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.DaemonProgress.Totals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The meters of {@link DaemonProgress}; a value that is not known is NaN, as Prometheus has it. */
final class ProgressMeters {
  private static final String ROUNDS = "Verifications that ended, by what they found";

  private final DaemonProgress progress;
  private final MeterRegistry registry;

  ProgressMeters(DaemonProgress progress, MeterRegistry registry) {
    this.progress = progress;
    this.registry = registry;
  }

  void register(List<String> phases) {
    for (String phase : phases) {
      Gauge.builder("metamigrate.phase", progress, it -> it.status().phase().equals(phase) ? 1 : 0)
          .description("1 for the phase that the move is in")
          .tag("phase", phase)
          .register(registry);
    }
    for (ProblemId id : ProblemId.values()) {
      Gauge.builder("metamigrate.problem", progress, it -> it.status().health().has(id) ? 1 : 0)
          .description("1 while this is wrong; status has the cause and since when")
          .tag("id", id.name())
          .register(registry);
    }
    Gauge.builder("metamigrate.healthy", progress, it -> it.status().health().isOk() ? 1 : 0)
        .description("1 while nothing is wrong")
        .register(registry);
    gauge(
        "can.cutover",
        "1 if a cutover may begin, 0 if not; not a number once one has begun",
        whole(ProgressMeters::canCutover));
    for (ProblemId id : CanCutover.ids()) {
      Gauge.builder("metamigrate.cutover.blocked", progress, it -> isBlocked(it.status(), id))
          .description("1 while this keeps a cutover from beginning; status has the cause")
          .tag("id", id.name())
          .register(registry);
    }
    gauge(
        "standby",
        "1 while another process holds the lock and this daemon waits for it",
        whole(status -> OptionalLong.of(status.standbyFor().isPresent() ? 1 : 0)));
    gauge("source.nodes", "Znodes that the copy has to process", whole(Status::total));
    gauge(
        "unreadable.nodes",
        "Znodes that the daemon may not read, as the last verification counted them",
        whole(status -> OptionalLong.of(status.health().unreadableNodes())));
    gauge("lag.seconds", "How far etcd is behind ZooKeeper", ProgressMeters::lagSeconds);
    gauge("lag.changes", "Changes that are not yet applied", whole(Status::lagChanges));
    gauge("last.applied.zxid", "The last change that is on etcd", whole(ProgressMeters::zxid));
    gauge(
        "last.verification.timestamp.seconds",
        "When the last verification ended",
        whole(ProgressMeters::verifiedAt));
    counter("copied.nodes", "Znodes processed", Tags.empty(), Totals::nodes);
    counter("copied.bytes", "Bytes of their values", Tags.empty(), Totals::bytes);
    counter("verifications", ROUNDS, Tags.of("result", "consistent"), Totals::consistentRounds);
    counter("verifications", ROUNDS, Tags.of("result", "different"), Totals::differentRounds);
  }

  private static OptionalLong canCutover(Status status) {
    return status
        .canCutover()
        .map(can -> OptionalLong.of(can.now() ? 1 : 0))
        .orElseGet(OptionalLong::empty);
  }

  private static double isBlocked(Status status, ProblemId id) {
    return status.canCutover().filter(can -> can.has(id)).isPresent() ? 1 : 0;
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

  private static OptionalDouble lagSeconds(Status status) {
    return status.lagMillis().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(status.lagMillis().getAsLong() / 1000.0);
  }

  private static Function<Status, OptionalDouble> whole(Function<Status, OptionalLong> value) {
    return status -> {
      OptionalLong known = value.apply(status);
      return known.isEmpty()
          ? OptionalDouble.empty()
          : OptionalDouble.of((double) known.getAsLong());
    };
  }

  private void gauge(String name, String help, Function<Status, OptionalDouble> value) {
    Gauge.builder(
            "metamigrate." + name, progress, it -> value.apply(it.status()).orElse(Double.NaN))
        .description(help)
        .register(registry);
  }

  private void counter(String name, String help, Tags tags, ToLongFunction<Totals> value) {
    FunctionCounter.builder("metamigrate." + name, progress, it -> value.applyAsLong(it.totals()))
        .description(help)
        .tags(tags)
        .register(registry);
  }
}
