package io.metamigrate.migrator.cutover.world;

import java.util.EnumSet;
import java.util.Set;

/** What may go wrong at one call of a process to the world. */
public enum Disturbance {
  CRASH_BEFORE(Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  CRASH_AFTER(Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  ACT_LATER(Call.ACT),
  ACT_NEVER(Call.ACT),
  ACT_AFTER_DEATH(Call.ACT, Call.WRITE, Call.HOOK),
  ANSWER_LOST(Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  REFUSED(Call.ACT, Call.WRITE, Call.HOOK),
  FROZEN_WHILE_ROLLBACK(Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  FROZEN_WHILE_CUTOVER(Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  OPERATOR_STOPS(Call.PAUSE, Call.QUESTION),
  BOOKIE_DIES(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  /** One dies with its disk. */
  BOOKIE_LOST(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  BROKER_DIES(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  BROKER_LOSES_LEASE(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  /** Others write the settings of the brokers that are down again, with the other store. */
  SETTINGS_REVERTED(Call.ACT),
  SUPERVISOR_STARTS_BROKER(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  SUPERVISOR_STARTS_AUTORECOVERY(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  SUPERVISOR_STARTS_BOOKIE(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  FOREIGN_BROKER_ON_ZOOKEEPER(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  FOREIGN_BROKER_ON_ETCD(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  BOOKIE_JOINS_ZOOKEEPER(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  BOOKIE_JOINS_ETCD(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  BROKER_CREATES(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  BROKER_DELETES(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  KEY_DELETED(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  FENCE_LIFTED(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  WATCH_GAP(Call.ASK, Call.QUESTION),
  ZOOKEEPER_DOWN(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK),
  ETCD_DOWN(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  ZOOKEEPER_EXCHANGED(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  ETCD_EXCHANGED(Call.ASK, Call.ACT, Call.WRITE, Call.QUESTION),
  /** etcd is lost permanently. */
  ETCD_LOST(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE, Call.QUESTION),
  /** The same, and another process rolls back without it. */
  FROZEN_WHILE_WITHOUT_ETCD(Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE),
  /** The etcd that was lost comes back. */
  ETCD_RETURNS(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.PAUSE),
  /** etcd is restored from a backup of when the command before began, before this one asks. */
  ETCD_RESTORED(Call.ASK),
  /** ZooKeeper is lost permanently. */
  ZOOKEEPER_LOST(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.SAVE, Call.QUESTION),
  COLLECTION_NOT_SUSPENDED(Call.ACT),
  TIME_PASSES(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION),
  LAST_MOMENT_PASSES(Call.ASK, Call.ACT, Call.WRITE, Call.HOOK, Call.QUESTION);

  /** What a process does at a call. */
  public enum Call {
    ASK,
    /** An act of the driver. */
    ACT,
    /** A change of a store, which has happened once it is acknowledged. */
    WRITE,
    /** An operator's command; what it reports as done is done, since nobody can ask. */
    HOOK,
    SAVE,
    CONFIRM,
    PAUSE,
    QUESTION
  }

  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<Call> at;

  Disturbance(Call first, Call... more) {
    at = EnumSet.of(first, more);
  }

  /** Whether it makes sense at such a call. */
  public boolean appliesTo(Call call) {
    return at.contains(call);
  }

  /** Whether the process that was disturbed is gone. */
  public boolean endsTheProcess() {
    return isCrash() || this == ACT_AFTER_DEATH;
  }

  public boolean isCrash() {
    return this == CRASH_BEFORE || this == CRASH_AFTER;
  }
}
