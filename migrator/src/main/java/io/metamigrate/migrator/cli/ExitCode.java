package io.metamigrate.migrator.cli;

import java.util.Arrays;

/** Exit codes; scripts rely on them. Never 0 for a failure. */
enum ExitCode {
  DONE(0, "done"),
  INTERNAL_ERROR(1, "internal error"),
  USAGE(2, "usage or configuration"),
  /** Also a lost lock or a foreign change in the middle of a run, which has written before. */
  BLOCKED(3, "blocked, nothing more was written"),
  ZOOKEEPER_FAILED(4, "ZooKeeper failed"),
  ETCD_FAILED(5, "etcd failed"),
  STORES_DIFFER(6, "the stores differ"),
  STEP_FAILED(7, "a step failed; the move stopped in a safe state"),
  STOPPED_BY_OPERATOR(8, "stopped by the operator");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** As the README and the help list it. */
  String meaning() {
    return meaning;
  }

  int code() {
    return code;
  }

  /** The one with this number. */
  static ExitCode of(int code) {
    return Arrays.stream(values())
        .filter(exit -> exit.code == code)
        .findFirst()
        .orElse(INTERNAL_ERROR);
  }
}
