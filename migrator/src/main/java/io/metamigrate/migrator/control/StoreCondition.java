package io.metamigrate.migrator.control;

/** What may be wrong with a store, for a while. */
public enum StoreCondition {
  NOSPACE("its backend is full (NOSPACE); compact, defragment and disarm the alarm"),
  NO_LEADER("it has no leader"),
  TIMEOUT("it does not answer in time");

  private final String text;

  StoreCondition(String text) {
    this.text = text;
  }

  /** What is wrong, and for an operator's own faults what to do. */
  public String text() {
    return text;
  }

  boolean causes(String cause) {
    return text.equals(cause);
  }
}
