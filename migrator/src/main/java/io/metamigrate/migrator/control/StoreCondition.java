package io.metamigrate.migrator.control;

/** What may be wrong with a store, for a while. */
public enum StoreCondition {
  NOSPACE("its backend is full (NOSPACE); compact, defragment and disarm the alarm"),
  DENIED("it denies requests of this user"),
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

  /** Whether the cause is a missing permission, as etcd or the check of permissions words it. */
  public static boolean isDenial(String cause) {
    return cause.contains("permission denied") || cause.contains("no permission to ");
  }

  boolean causes(String cause) {
    return text.equals(cause);
  }
}
