package io.metamigrate.migrator.control;

import java.util.List;

/** What may be wrong with a store, for a while. */
public enum StoreCondition {
  NOSPACE("its backend is full (NOSPACE); compact, defragment and disarm the alarm"),
  DENIED("it denies requests of this user"),
  NO_LEADER("it has no leader"),
  TIMEOUT("it does not answer in time");

  private static final List<String> DENIALS =
      List.of(
          "permission denied",
          "no permission to ",
          "refuses the password of",
          "requires authentication",
          "authentication is not enabled");

  private final String text;

  StoreCondition(String text) {
    this.text = text;
  }

  /** What is wrong, and for an operator's own faults what to do. */
  public String text() {
    return text;
  }

  /** Whether etcd or the check of permissions words the cause as a missing permission or login. */
  public static boolean isDenial(String cause) {
    return DENIALS.stream().anyMatch(cause::contains);
  }

  boolean causes(String cause) {
    return text.equals(cause);
  }
}
