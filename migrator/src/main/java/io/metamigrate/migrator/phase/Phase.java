package io.metamigrate.migrator.phase;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.EnumSet;
import java.util.Set;

/**
 * The phases of a move, persisted by name. This enum is the only source of their names and order.
 *
 * <p>{@code rolling} goes through {@link #ROLLING_BOOKIES} and {@link
 * #ENABLING_GARBAGE_COLLECTION}, {@code stop-all} through {@link #SWITCHING_BOOKIES}. From each
 * phase before {@link #FINALIZED} a move can be stopped or rolled back.
 */
public enum Phase {
  PLANNED("Planned"),
  COPYING("Copying"),
  FOLLOWING("Following"),
  @JsonAlias("SIDE_WRITERS_STOPPED")
  METADATA_WRITERS_STOPPED("MetadataWritersStopped"),
  ROLLING_BOOKIES("RollingBookies"),
  BROKERS_STOPPED("BrokersStopped"),
  FENCED("Fenced"),
  DRAINING("Draining"),
  VERIFYING("Verifying"),
  SWITCHING_BOOKIES("SwitchingBookies"),
  SWITCHING_BROKERS("SwitchingBrokers"),
  @JsonAlias("UNPARKING_BOOKIES")
  ENABLING_GARBAGE_COLLECTION("EnablingGarbageCollection"),
  OBSERVING("Observing"),
  FINALIZED("Finalized"),
  STOPPED("Stopped"),
  ROLLING_BACK("RollingBack"),
  ROLLED_BACK("RolledBack"),
  ABORTED("Aborted");

  private final String title;

  Phase(String title) {
    this.title = title;
  }

  /** The name in status, reports and runbooks. */
  public String title() {
    return title;
  }

  /** The phases that may follow this one. */
  public Set<Phase> successors() {
    Set<Phase> next =
        switch (this) {
          case PLANNED -> EnumSet.of(COPYING);
          case COPYING -> EnumSet.of(FOLLOWING);
          case FOLLOWING -> EnumSet.of(COPYING, METADATA_WRITERS_STOPPED);
          case METADATA_WRITERS_STOPPED -> EnumSet.of(ROLLING_BOOKIES, BROKERS_STOPPED);
          case ROLLING_BOOKIES -> EnumSet.of(BROKERS_STOPPED);
          case BROKERS_STOPPED -> EnumSet.of(FENCED);
          case FENCED -> EnumSet.of(DRAINING);
          case DRAINING -> EnumSet.of(VERIFYING);
          case VERIFYING -> EnumSet.of(SWITCHING_BOOKIES, SWITCHING_BROKERS);
          case SWITCHING_BOOKIES -> EnumSet.of(SWITCHING_BROKERS);
          case SWITCHING_BROKERS -> EnumSet.of(ENABLING_GARBAGE_COLLECTION, OBSERVING);
          case ENABLING_GARBAGE_COLLECTION -> EnumSet.of(OBSERVING);
          case OBSERVING -> EnumSet.of(FINALIZED);
          // A rollback after the point of no return can be undone, or be killed before it began.
          case ROLLING_BACK -> EnumSet.of(ROLLED_BACK, SWITCHING_BROKERS, OBSERVING);
          case ROLLED_BACK, ABORTED -> EnumSet.of(COPYING);
          // A stopped move resumes in the phase that the checkpoint holds.
          case STOPPED -> EnumSet.complementOf(EnumSet.of(STOPPED, FINALIZED));
          case FINALIZED -> EnumSet.noneOf(Phase.class);
        };
    if (isUnderWay()) {
      next.add(STOPPED);
      next.add(ROLLING_BACK);
    }
    if (mayAbort()) {
      next.add(ABORTED);
    }
    return next;
  }

  /** Whether there is something to stop or to undo. */
  boolean isUnderWay() {
    return this != FINALIZED && this != ROLLED_BACK && this != ABORTED;
  }

  /** Whether {@code abort} is enough: no bookie can be on etcd yet. */
  boolean mayAbort() {
    return this == PLANNED || this == COPYING || this == FOLLOWING || this == STOPPED;
  }
}
