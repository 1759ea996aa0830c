package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Health.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The daemon's state in its log: each change at once, with what was before and after, and one line
 * per interval, also if all is well. A thread of its own polls twice a second. Safe for use by
 * several threads.
 */
public final class StatusLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusLog.class);
  private static final long POLL_MILLIS = 500;

  private final Supplier<Status> status;
  private final Duration interval;
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Begins with {@link #start}.
   *
   * @param interval between two lines; zero for changes alone
   */
  public StatusLog(Supplier<Status> status, Duration interval) {
    this.status = status;
    this.interval = interval;
  }

  /**
   * A change.
   *
   * @param what changed
   * @param note the cause, may be empty
   */
  record StatusChange(Level level, String what, String before, String after, String note) {}

  /** Polls from now on. */
  public void start() {
    Thread thread = new Thread(this::poll, "status-log");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void poll() {
    Optional<Status> before = Optional.empty();
    long due = System.nanoTime() + interval.toNanos();
    do {
      Status now = status.get();
      before.ifPresent(previous -> changes(previous, now).forEach(StatusLog::write));
      before = Optional.of(now);
      if (!interval.isZero() && System.nanoTime() - due >= 0) {
        due = System.nanoTime() + interval.toNanos();
        LOG.atInfo().log(StatusText.line(now, Instant.now()));
      }
    } while (!isClosed());
  }

  private boolean isClosed() {
    try {
      return closing.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void write(StatusChange change) {
    LoggingEventBuilder line =
        LOG.atLevel(change.level())
            .addKeyValue("before", change.before())
            .addKeyValue("after", change.after());
    (change.note().isEmpty() ? line : line.addKeyValue("cause", change.note()))
        .log(change.what() + " changed");
  }

  /** What is different between two polls. */
  static List<StatusChange> changes(Status before, Status after) {
    List<StatusChange> changes = new ArrayList<>();
    if (!before.phase().equals(after.phase())) {
      changes.add(new StatusChange(Level.INFO, "phase", before.phase(), after.phase(), ""));
    }
    for (Problem problem : after.health().problems()) {
      if (!before.health().has(problem.id())) {
        changes.add(
            new StatusChange(Level.WARN, "health", "ok", problem.id().name(), problem.text()));
      }
    }
    for (Problem problem : before.health().problems()) {
      if (!after.health().has(problem.id())) {
        changes.add(new StatusChange(Level.INFO, "health", problem.id().name(), "ok", ""));
      }
    }
    String slow = before.throttled().map(Status.Throttled::reason).orElse("no");
    String slower = after.throttled().map(Status.Throttled::reason).orElse("no");
    if (!withoutNumbers(slow).equals(withoutNumbers(slower))) {
      changes.add(new StatusChange(Level.INFO, "throttled", slow, slower, ""));
    }
    return changes;
  }

  /** A reason that counts or measures changes at each poll. */
  private static String withoutNumbers(String reason) {
    return reason.replaceAll("[0-9]+", "");
  }
}
