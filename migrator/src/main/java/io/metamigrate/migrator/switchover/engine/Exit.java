package io.metamigrate.migrator.switchover.engine;

/** Exit codes of the commands of the window, as the README documents them. */
public enum Exit {
  DONE(0),
  REFUSED(3),
  ZOOKEEPER_FAILED(4),
  ETCD_FAILED(5),
  STORES_DIFFER(6),
  STOPPED(7),
  OPERATOR(8);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  /** The exit code of the process. */
  public int code() {
    return code;
  }
}
