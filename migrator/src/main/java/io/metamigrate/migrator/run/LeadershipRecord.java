package io.metamigrate.migrator.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.control.Health;
import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.migrator.control.ProblemId;
import io.metamigrate.migrator.phase.JsonFormat;
import io.metamigrate.migrator.phase.UnreadableRecordException;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of the last leading daemon, kept on etcd: that it began, and why it ended, whatever
 * the reason. One that was killed has left no end.
 *
 * @param at when it began, or ended
 * @param ended why; absent while it leads
 */
record LeadershipRecord(String holder, Instant at, Optional<String> ended) {
  private static final String NAME = "daemon";
  private static final Logger LOG = LoggerFactory.getLogger(LeadershipRecord.class);
  private static final ObjectMapper MAPPER = JsonFormat.builder().build();

  static void begins(EtcdConnection etcd, Authority authority, Instant now) {
    new LeadershipRecord(authority.lock().holder(), now, Optional.empty()).put(etcd, authority);
  }

  /**
   * Writes it if etcd allows; if it does not, nothing else fails. Before the move has begun, etcd
   * keeps nothing of it.
   */
  static void recordEnd(EtcdConnection etcd, Authority authority, Instant now, String cause) {
    // A thread that is interrupted to make it end has this to do yet.
    boolean interrupted = Thread.interrupted();
    try {
      if (new StateStore(etcd).read().direction().isPresent()) {
        new LeadershipRecord(authority.lock().holder(), now, Optional.of(cause))
            .put(etcd, authority);
      }
    } catch (StoreException | LostAuthorityException e) {
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("why it ended could not be stored");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void put(EtcdConnection etcd, Authority authority) {
    new StateStore(etcd).put(authority, NAME, text().getBytes(UTF_8));
  }

  static Optional<LeadershipRecord> read(EtcdConnection etcd) {
    return text(etcd)
        .map(
            text -> {
              try {
                return MAPPER.readValue(text, LeadershipRecord.class);
              } catch (IOException e) {
                throw UnreadableRecordException.of(
                    "metamigrate/daemon", String.valueOf(e.getMessage()));
              }
            });
  }

  /** The record as it is on etcd. */
  static Optional<String> text(EtcdConnection etcd) {
    return new StateStore(etcd).get(NAME).map(bytes -> new String(bytes, UTF_8));
  }

  /** What {@link #text} answers while this record is there. */
  String text() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a last word without a JSON form", e);
    }
  }

  /**
   * The health of a move whose daemon does not answer.
   *
   * @param lockHolder who holds the lock on etcd now
   * @param checkpointed of when the last checkpoint is
   */
  static Health health(
      Optional<LeadershipRecord> last, Optional<String> lockHolder, Instant checkpointed) {
    if (lockHolder.isPresent()) {
      return unhealthy(
          ProblemId.DAEMON_UNREACHABLE,
          "the lock on etcd is held by %s, which does not answer here; this is its last checkpoint"
              .formatted(lockHolder.get()),
          checkpointed);
    }
    if (last.flatMap(LeadershipRecord::ended).isPresent()) {
      return unhealthy(
          ProblemId.DAEMON_ENDED,
          "no daemon is running; the last one (%s) ended: %s"
              .formatted(last.get().holder(), last.get().ended().get()),
          last.get().at());
    }
    return unhealthy(
        ProblemId.NO_DAEMON,
        "no daemon holds the lock on etcd; the last one%s did not record why it ended, as after a kill or a crash"
            .formatted(last.map(word -> " (" + word.holder() + ")").orElse("")),
        checkpointed);
  }

  private static Health unhealthy(ProblemId id, String text, Instant since) {
    return Health.of(List.of(new Problem(id, text, Optional.of(since))));
  }
}
