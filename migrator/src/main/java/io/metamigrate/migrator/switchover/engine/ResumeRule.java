package io.metamigrate.migrator.switchover.engine;

/** What a new process does with a step that an earlier process began. */
public enum ResumeRule {
  /** Asks the proof again and acts only if it does not hold. */
  CHECK_PROOF,
  /** Acts again. */
  REPEAT,
  /** Acts again, since the result lived in the process that ended. */
  RESTORE,
  /** Relies on the record, since nothing outside shows the result. */
  KEEP
}
