package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.Course;

/** What an operator is told when a cutover stands: what is safe, and what to do next. Pure. */
final class Advice {
  private Advice() {}

  /** What holds as long as nothing is done. */
  static String safe(CutoverState state) {
    if (state.course().isBack()) {
      return "no broker is started on ZooKeeper before ZooKeeper holds everything; the step can be repeated";
    }
    if (state.beyondReturn()) {
      return "etcd is the truth, nothing applies ZooKeeper to it any more, and ZooKeeper is fenced; start no broker on ZooKeeper by hand";
    }
    boolean brokersStopped = state.outageSince().isPresent();
    return brokersStopped
        ? "ZooKeeper is the truth and complete; the brokers are stopped, clients wait"
        : "ZooKeeper is the truth and the brokers serve on it; bookies that have moved are parked";
  }

  /** The operator's next step. */
  static String next(CutoverState state) {
    if (state.course().isBack()) {
      return "repair the cause, then run `migrate rollback --confirm %s` again"
          .formatted(state.header().cluster());
    }
    return "repair the cause and run `migrate cutover --confirm %s` again, or go back with `migrate rollback --confirm %s`, which is %s"
        .formatted(state.header().cluster(), state.header().cluster(), wayBack(state));
  }

  /** What going back would be now. */
  static String wayBack(CutoverState state) {
    return state.course() == Course.BACK_AFTER_NO_RETURN || state.beyondReturn()
        ? "a reverse migration: what was written on etcd is carried back to ZooKeeper"
        : "a restart: nothing was written on etcd that ZooKeeper does not have";
  }
}
