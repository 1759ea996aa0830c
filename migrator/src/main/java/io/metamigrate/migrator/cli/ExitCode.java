package io.metamigrate.migrator.cli;

import java.util.Arrays;

/** Exit codes; scripts rely on them. Never 0 for a failure. */
enum ExitCode {
  DONE(0),
  INTERNAL_ERROR(1),
  USAGE(2),
  BLOCKED(3),
  ZOOKEEPER_FAILED(4),
  ETCD_FAILED(5),
  STORES_DIFFER(6),
  STEP_FAILED(7),
  STOPPED_BY_OPERATOR(8);

  private final int code;

  ExitCode(int code) {
    this.code = code;
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
