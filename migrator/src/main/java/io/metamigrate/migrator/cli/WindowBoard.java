package io.metamigrate.migrator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.OtlpConfig;
import io.metamigrate.migrator.control.ControlSecurity;
import io.metamigrate.migrator.control.ControlServer;
import io.metamigrate.migrator.control.Controls;
import io.metamigrate.migrator.control.DaemonProgress;
import io.metamigrate.migrator.control.Metrics;
import io.metamigrate.migrator.control.NamedMove;
import io.metamigrate.migrator.control.RequestOutcome;
import io.metamigrate.migrator.control.Response;
import io.metamigrate.migrator.control.Route;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.control.ThrottleChange;
import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.phase.Phase;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/**
 * What a command of the window shows while it runs: the operator's lines on standard error, and
 * status, metrics, page and events where the daemon served them before. It only shows; pausing,
 * aborting and confirming are the command's own. Safe for use by several threads: the command
 * reports to it, and the HTTP server reads it.
 */
final class WindowBoard implements StepListener, Controls, AutoCloseable {
  private static final String BUSY =
      "a command of the window is running here; stop that command with Ctrl-C, then run `migrate"
          + " cutover` again to continue or `migrate rollback` to roll back";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long RETRY_MILLIS = 200;

  private final Console console;
  private final InstantSource clock;
  private final Metrics metrics;
  private final DaemonProgress progress;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<BoardLine> events = new ArrayList<>();
  private volatile IntSupplier lateWrites = () -> 0;
  private Optional<RunningStep> running = Optional.empty();
  private Optional<ControlServer> server = Optional.empty();

  /** The step that is running. */
  private record RunningStep(Step step, int number, int count, Instant since) {}

  /** One line of the window. */
  private record BoardLine(Instant at, String text) {}

  WindowBoard(Console console, String cluster, OtlpConfig otlp, InstantSource clock) {
    this.console = console;
    this.clock = clock;
    this.metrics = Metrics.of(cluster, otlp);
    this.progress =
        new DaemonProgress(cluster, Phase.FOLLOWING.title(), clock, DaemonProgress.NEVER_THROTTLED);
    progress.bindTo(metrics.registry(), phases());
    Gauge.builder("metamigrate.step.number", this, board -> board.number(RunningStep::number))
        .description("Which step of the window is running; NaN before the first")
        .register(metrics.registry());
    Gauge.builder("metamigrate.step.count", this, board -> board.number(RunningStep::count))
        .description("How many steps this command has")
        .register(metrics.registry());
    Gauge.builder("metamigrate.step.started.timestamp", this, WindowBoard::startedAt)
        .description("When the running step began")
        .baseUnit("seconds")
        .register(metrics.registry());
    Gauge.builder("metamigrate.step.late.writes", this, board -> board.lateWrites.getAsInt())
        .description("Changes that were written to ZooKeeper after the fence")
        .register(metrics.registry());
  }

  /**
   * Serves from now on, beside the window, which does not depend on it: a daemon that was asked to
   * leave may hold the address a moment longer, and what cannot be listened on is only reported.
   */
  void serve(Configuration configuration) {
    Thread thread = new Thread(() -> serveUntilClosed(configuration), "window-board");
    thread.setDaemon(true);
    thread.start();
  }

  private void serveUntilClosed(Configuration configuration) {
    ControlConfig config = configuration.control();
    long last = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        ControlServer started =
            ControlServer.start(config, NamedMove.of(configuration), this, metrics, routes());
        keep(started);
        console.info(
            "status, metrics and events: %s://%s/"
                .formatted(ControlSecurity.scheme(config), config.listen()));
        return;
      } catch (ConfigurationException | IllegalStateException e) {
        if (System.nanoTime() - last > 0) {
          console.info("status and metrics are not served in the window: " + e.getMessage());
          return;
        }
      }
      if (!pause()) {
        return;
      }
    }
  }

  private synchronized void keep(ControlServer started) {
    if (closing.getCount() == 0) {
      started.close();
    } else {
      server = Optional.of(started);
    }
  }

  /** False if the command has ended meanwhile. */
  private boolean pause() {
    try {
      return !closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private List<Route> routes() {
    return List.of(
        new Route("GET", "/events", Route.Access.READ, request -> events()),
        new Route(
            "POST", "/handover", Route.Access.CHANGE, request -> Response.refusal(409, BUSY)));
  }

  @Override
  public void opened(Step step, int number, int count) {
    synchronized (this) {
      running = Optional.of(new RunningStep(step, number, count, now()));
    }
    progress.phase(step.phase().title());
    progress.waitingFor("step %d of %d, %s".formatted(number, count, step.title()));
    line(
        String.format(
            Locale.ROOT, "[%d/%d] %s: %s", number, count, step.phase().title(), step.title()));
  }

  @Override
  public void acted(Step step) {
    // What counts is that it is recorded.
  }

  @Override
  public void done(Step step, String proof) {
    line("        " + proof);
  }

  @Override
  public void announce(String line) {
    line(line);
  }

  @Override
  public void watchesLateWrites(IntSupplier found) {
    lateWrites = found;
  }

  private void line(String text) {
    synchronized (this) {
      events.add(new BoardLine(now(), text.strip()));
    }
    console.info(text);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private synchronized double number(ToIntFunction<RunningStep> of) {
    return running.map(it -> (double) of.applyAsInt(it)).orElse(Double.NaN);
  }

  private synchronized double startedAt() {
    return running.map(it -> it.since().toEpochMilli() / 1000.0).orElse(Double.NaN);
  }

  /** Every line so far, oldest first: {@code [{"at": ..., "text": ...}]}. */
  private synchronized Response events() {
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    for (BoardLine event : events) {
      lines.addObject().put("at", event.at().toString()).put("text", event.text());
    }
    return Response.json(200, lines.toString());
  }

  @Override
  public Status status() {
    return progress.status();
  }

  @Override
  public List<String> phases() {
    return Arrays.stream(Phase.values()).map(Phase::title).toList();
  }

  @Override
  public RequestOutcome pause(String reason) {
    return new RequestOutcome.Refused(BUSY);
  }

  @Override
  public RequestOutcome resume() {
    return new RequestOutcome.Refused(BUSY);
  }

  @Override
  public RequestOutcome abort(boolean clean) {
    return new RequestOutcome.Refused(BUSY);
  }

  @Override
  public RequestOutcome throttle(ThrottleChange change) {
    return new RequestOutcome.Refused(BUSY);
  }

  @Override
  public RequestOutcome confirmCutover(String cluster) {
    return new RequestOutcome.Refused(BUSY);
  }

  @Override
  public void filesRefused(String what, Optional<String> why) {
    progress.health().filesRefused(what, why);
  }

  @Override
  public Optional<String> unhealthy() {
    return Optional.empty();
  }

  @Override
  public Optional<String> notReady() {
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    closing.countDown();
    server.ifPresent(ControlServer::close);
    metrics.close();
  }
}
