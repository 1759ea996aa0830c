package io.metamigrate.migrator.cutover;

import static java.util.stream.Collectors.joining;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.run.AdvisedCommands;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The guidance for a stopped cutover: what is safe, and what to do next. Pure. */
final class OperatorGuidance {
  private OperatorGuidance() {}

  /**
   * What holds as long as nothing is done.
   *
   * @param mayServe whether a broker's start on etcd may have been issued
   */
  static String safe(CutoverState state, boolean mayServe) {
    if (state.progress().isBack()) {
      return "no broker is started on ZooKeeper before ZooKeeper holds everything; the step can be"
          + " repeated";
    }
    if (state.isCommitted() && !mayServe) {
      return "no broker was started on etcd, so ZooKeeper has everything; it is fenced, the brokers"
          + " are stopped, clients wait; start no broker by hand";
    }
    if (state.isCommitted()) {
      return "etcd is authoritative, changes in ZooKeeper are no longer applied to it, and"
          + " ZooKeeper is fenced; start no broker on ZooKeeper by hand";
    }
    boolean brokersStopped = state.outageSince().isPresent();
    return brokersStopped
        ? "ZooKeeper is authoritative and complete; the brokers are stopped, clients wait"
        : "ZooKeeper is authoritative and the brokers serve on it; moved bookies collect no"
            + " garbage";
  }

  /**
   * The operator's next step.
   *
   * @param mayServe whether a broker's start on etcd may have been issued
   */
  static String next(CutoverState state, boolean mayServe) {
    return next(state, mayServe, Optional.empty(), List.of(), List.of());
  }

  /**
   * The operator's next step.
   *
   * @param mayServe whether a broker's start on etcd may have been issued
   * @param cause what stopped the move
   */
  static String next(CutoverState state, boolean mayServe, StopCause cause) {
    List<String> options = new ArrayList<>(AdvisedCommands.options(cause.reason()));
    options.removeAll(cause.given());
    return next(state, mayServe, cause.foreign(), cause.given(), options);
  }

  /**
   * The same. A process does not know what an earlier one was given.
   *
   * @param given options that each command repeats
   * @param options further ones that the reason names
   */
  private static String next(
      CutoverState state,
      boolean mayServe,
      Optional<ZkPath> foreign,
      List<String> given,
      List<String> options) {
    String confirmed =
        "--confirm "
            + state.header().cluster()
            + given.stream().map(" "::concat).collect(joining());
    if (state.progress().isBack()) {
      String again =
          "fix the cause, then run `migrate rollback %s` again%s"
              .formatted(confirmed, with(options, "migrate rollback " + confirmed));
      return RollbackUndo.isPossible(state)
          ? again
              + "; or undo this rollback with `migrate rollback %s --undo`, after which the brokers serve on etcd"
                  .formatted(confirmed)
          : again;
    }
    String again =
        foreign
            .map(
                path ->
                    "look at the key with `migrate inspect %s`; to replace it with ZooKeeper's value, run `migrate cutover %s --accept-foreign %s`"
                        .formatted(path, confirmed, path))
            .orElseGet(
                () ->
                    "fix the cause and run `migrate cutover %s` again%s"
                        .formatted(confirmed, with(options, "migrate cutover " + confirmed)));
    return "%s; or roll back with `migrate rollback %s`, which is %s"
        .formatted(again, confirmed, rollbackKind(state, mayServe));
  }

  /** The command with the options that the reason names; empty if it names none. */
  private static String with(List<String> options, String command) {
    return options.isEmpty()
        ? ""
        : "; to accept what the reason names: `%s %s`"
            .formatted(command, String.join(" ", options));
  }

  /** If no rollback can be undone. An undo that was begun is resumed as the cutover that it is. */
  static String insteadOfUndo(CutoverState state) {
    String confirmed = "--confirm " + state.header().cluster();
    if (state.progress().isBack()) {
      return "finish it with `migrate rollback %s`".formatted(confirmed);
    }
    boolean open =
        state.progress() == MoveProgress.FORWARD
            && state.forward().stream().anyMatch(StepRecord::begun)
            && !state.forward().stream().allMatch(StepRecord::isDone);
    return open
        ? "finish the cutover with `migrate cutover %s`".formatted(confirmed)
        : "`migrate status` shows where the move is";
  }

  /** After a command that came to its end. */
  static String afterDone(CutoverState state) {
    String cluster = state.header().cluster();
    return state.progress() == MoveProgress.FORWARD
        ? "end the move with `migrate finalize --confirm %s`, or roll back with `migrate rollback --confirm %s`"
            .formatted(cluster, cluster)
        : "follow ZooKeeper again with `migrate run`";
  }

  /**
   * A further way out while no broker was started on etcd; empty after that.
   *
   * @param mayServe whether a broker's start on etcd may have been issued
   */
  static String ifEtcdIsGone(CutoverState state, boolean mayServe) {
    return mayServe
        ? ""
        : "; if etcd is permanently lost, run `migrate rollback --confirm %s --without-etcd`"
            .formatted(state.header().cluster());
  }

  /** The state of the cluster if every step is done and the final check found a fault. */
  static String safeAfterFinalCheck(CutoverState state) {
    return isRollback(state)
        ? "every step of the rollback is done and the brokers serve on ZooKeeper; do not start"
            + " anything on etcd"
        : "every step of the cutover is done and the brokers serve on etcd; do not start anything"
            + " on ZooKeeper by hand";
  }

  /**
   * The operator's next step after a final check that found a fault.
   *
   * @param mayServe whether a broker's start on etcd may have been issued
   */
  static String nextAfterFinalCheck(CutoverState state, boolean mayServe) {
    String cluster = state.header().cluster();
    return isRollback(state)
        ? "repair that, then run `migrate rollback --confirm %s` again: it repeats the final check"
            .formatted(cluster)
        : "repair that, then run `migrate cutover --confirm %s` again: it repeats the final check; or roll back with `migrate rollback --confirm %s`, which is %s"
            .formatted(cluster, cluster, rollbackKind(state, mayServe));
  }

  private static boolean isRollback(CutoverState state) {
    return state.progress().isBack() || state.progress() == MoveProgress.ROLLED_BACK;
  }

  /** What a rollback would be now: a restart, too, if no start followed the point of no return. */
  static String rollbackKind(CutoverState state, boolean mayServe) {
    return state.progress() == MoveProgress.BACK_AFTER_NO_RETURN || mayServe
        ? "a reverse migration: what was written on etcd is copied to ZooKeeper"
        : "a restart: nothing was written on etcd that ZooKeeper does not have";
  }
}
