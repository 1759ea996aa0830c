package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.metamigrate.migrator.replay.EtcdHistory.ForeignChange;
import io.metamigrate.migrator.replay.EtcdHistory.HistoryScan;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What {@code --accept-foreign} warns of. */
final class UnchangedKeysTest {
  private static final ZkPath KEY = new ZkPath("/admin/clusters/demo");
  private static final ZkPath MISTYPED = new ZkPath("/admin/clusters/dmo");
  private static final Optional<Revision> NOT_COMPACTED = Optional.empty();

  private final Logger logger = (Logger) LoggerFactory.getLogger(ForeignChanges.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void attach() {
    log.start();
    logger.addAppender(log);
    // Whatever the classes before have left.
    logger.setLevel(Level.WARN);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void aMistypedKeyIsNamedWithTheOneThatWasChanged() {
    ForeignChange change = new ForeignChange(KEY, new Revision(7));

    assertThat(warnings(new HistoryScan(NOT_COMPACTED, Optional.of(change), Set.of()), MISTYPED))
        .containsExactly(
            "--accept-foreign /admin/clusters/dmo has no effect so far: no other writer has changed"
                + " this key since it was last checked; did you mean /admin/clusters/demo?");
  }

  @Test
  void aKeyThatNobodyChangedIsNamed() {
    assertThat(
            warnings(new HistoryScan(NOT_COMPACTED, Optional.empty(), Set.of(KEY)), KEY, MISTYPED))
        .singleElement()
        .asString()
        .contains(MISTYPED.value())
        .endsWith("; correct the path, or leave it out");
  }

  @Test
  void nothingIsKnownOfACompactedHistory() {
    HistoryScan compacted =
        new HistoryScan(Optional.of(new Revision(9)), Optional.empty(), Set.of());

    assertThat(warnings(compacted, MISTYPED)).isEmpty();
  }

  private List<String> warnings(HistoryScan history, ZkPath... accepted) {
    ForeignChanges.warnOfUnchanged(history, Set.of(accepted));
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
