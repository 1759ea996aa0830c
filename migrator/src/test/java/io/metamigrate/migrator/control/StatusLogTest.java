package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.metamigrate.migrator.control.StatusLog.StatusChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

final class StatusLogTest {
  @Test
  void eachChangeHasWhatWasBeforeAndAfter() {
    assertThat(StatusLog.changes(Statuses.BLANK, Statuses.FULL))
        .containsExactly(
            new StatusChange(Level.INFO, "phase", "Planned", "Copying", ""),
            new StatusChange(
                Level.WARN, "health", "ok", "ETCD_SILENT", "etcd has not answered for 9 s"),
            new StatusChange(Level.INFO, "throttled", "no", "etcd: no space", ""));
    assertThat(StatusLog.changes(Statuses.FULL, Statuses.BLANK))
        .contains(new StatusChange(Level.INFO, "health", "ETCD_SILENT", "ok", ""));
    assertThat(StatusLog.changes(Statuses.FULL, Statuses.FULL)).isEmpty();
    assertThat(
            StatusLog.changes(
                throttled("etcd: 12 ms, 3 times the usual"),
                throttled("etcd: 15 ms, 4 times the usual")))
        .isEmpty();
  }

  @Test
  void logsOneLinePerIntervalAndEachChangeAtOnce() {
    Logger logger = (Logger) LoggerFactory.getLogger(StatusLog.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(ch.qos.logback.classic.Level.INFO);
    AtomicReference<Status> status = new AtomicReference<>(Statuses.BLANK);
    try (StatusLog log = new StatusLog(status::get, Duration.ofMillis(1))) {
      log.start();
      Awaitility.await()
          .until(() -> messages(lines).stream().anyMatch(it -> it.startsWith("Planned: ")));
      status.set(Statuses.FULL);
      Awaitility.await().until(() -> messages(lines).contains("phase changed"));
      assertThat(List.copyOf(lines.list))
          .filteredOn(event -> event.getMessage().equals("phase changed"))
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.getKeyValuePairs())
                      .extracting(pair -> pair.key + "=" + pair.value)
                      .containsExactly("before=Planned", "after=Copying"));
    } finally {
      logger.detachAppender(lines);
    }
  }

  private static Status throttled(String reason) {
    Status blank = Statuses.BLANK;
    return new Status(
        blank.phase(),
        blank.cluster(),
        blank.copied(),
        blank.total(),
        blank.copyRatePerSecond(),
        blank.etaSeconds(),
        blank.lagMillis(),
        blank.lagChanges(),
        blank.lastAppliedZxid(),
        blank.lastVerification(),
        blank.waitingFor(),
        blank.standbyFor(),
        Optional.of(new Status.Throttled(reason)),
        blank.accepted(),
        blank.health(),
        false);
  }

  private static List<String> messages(ListAppender<ILoggingEvent> lines) {
    return List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
