package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import java.util.Optional;

/** The kinds of steps. The texts are for operators: precondition, action, proof and undo. */
public enum StepKind {
  CHECK(
      Phase.FOLLOWING,
      "check",
      "Check the cluster",
      "etcd follows ZooKeeper",
      "read registrations, cookies, ledgers, settings and the driver; change nothing",
      "every registered node is configured, brokers healthy, bookies writable, no ledger lacks a bookie",
      "nothing to undo"),
  TAKE_ZOOKEEPER(
      Phase.FOLLOWING,
      "take-zookeeper",
      "Make this the only process that may write to ZooKeeper",
      "the lock on etcd is held",
      "create /metamigrate and raise its version",
      "the version is this holder's",
      "delete /metamigrate"),
  STOP_SIDE_WRITERS(
      Phase.SIDE_WRITERS_STOPPED,
      "stop-side-writers",
      "Stop the other metadata writers",
      "the auditor lists no ledger as under-replicated",
      "create /ledgers/underreplication/disable, stop AutoRecovery and function workers, run the hook",
      "the driver and the hook report success",
      "start them again; delete the znode if this step created it"),
  START_BRIDGE(
      Phase.ROLLING_BOOKIES,
      "start-bridge",
      "Mirror registrations from etcd to ZooKeeper",
      "no bookie is on etcd",
      "keep a persistent znode for each leased key below /ledgers/available",
      "both stores are compared once",
      "remove the mirrors"),
  MOVE_BOOKIE(
      Phase.ROLLING_BOOKIES,
      "move-bookie",
      "Move a bookie to etcd, garbage collection suspended",
      "the bookies before it are up",
      "stop, wait until neither store has its registration, configure, start",
      "leased and writable on etcd, port open, mirrored in ZooKeeper",
      "the same, back to ZooKeeper"),
  STOP_BROKERS(
      Phase.BROKERS_STOPPED,
      "stop-brokers",
      "Stop all brokers",
      "every bookie is where it should be",
      "stop, the leader's broker last",
      "none is registered and none answers",
      "start them on ZooKeeper"),
  FENCE(
      Phase.FENCED,
      "fence",
      "Fence ZooKeeper",
      "no broker is registered",
      "save the access lists, then read and admin for everybody and nothing more",
      "a second session cannot create anything there",
      "restore the access lists"),
  DRAIN(
      Phase.DRAINING,
      "drain",
      "Apply the last changes",
      "the fence is in place",
      "apply everything up to a marker set after the fence; migrate the counters",
      "nothing is on its way",
      "nothing to undo"),
  VERIFY(
      Phase.VERIFYING,
      "verify",
      "Compare both stores in full",
      "nothing is on its way",
      "read both stores side by side",
      "no difference, and the next ledger id on etcd is above ZooKeeper's",
      "nothing to undo"),
  SWITCH_BOOKIES(
      Phase.SWITCHING_BOOKIES,
      "switch-bookies",
      "Move all bookies to etcd, garbage collection suspended",
      "both stores are equal",
      "stop all, wait until neither store has a registration, configure, start",
      "each leased and writable on etcd, port open",
      "the same, back to ZooKeeper"),
  PASS_NO_RETURN(
      Phase.SWITCHING_BROKERS,
      "no-return",
      "Pass the point of no return",
      "the fence is in place, nothing was written late, every bookie is on etcd",
      "set the direction to NONE; ask the operator; record the moment",
      "it is recorded",
      "until it is recorded: set the direction back"),
  START_FIRST_BROKER(
      Phase.SWITCHING_BROKERS,
      "start-first-broker",
      "Start one broker on etcd",
      "the point of no return is recorded",
      "configure and start",
      "registered on etcd with a lease, and healthy by its own check",
      "a reverse migration"),
  START_BROKERS(
      Phase.SWITCHING_BROKERS,
      "start-brokers",
      "Start the other brokers on etcd",
      "the first broker is healthy",
      "configure and start",
      "registered on etcd with a lease, and healthy by their own check",
      "a reverse migration"),
  END_BRIDGE(
      Phase.SWITCHING_BROKERS,
      "end-bridge",
      "Remove the mirrors from ZooKeeper",
      "no broker is on ZooKeeper",
      "stop mirroring and delete the mirrors",
      "none is left",
      "a reverse migration"),
  ENABLE_COLLECTION(
      Phase.UNPARKING_BOOKIES,
      "unpark-bookie",
      "Enable garbage collection of a bookie again",
      "all brokers on etcd are healthy",
      "restart with the operator's own settings",
      "leased and writable on etcd, port open",
      "a reverse migration"),
  SIDE_WRITERS_TO_ETCD(
      Phase.UNPARKING_BOOKIES,
      "side-writers-to-etcd",
      "Start AutoRecovery on etcd if this Pulsar version supports it",
      "all brokers on etcd are healthy",
      "delete /ledgers/underreplication/disable on etcd if this step created it, configure, start, run the hook",
      "the driver and the hook report success",
      "stop them"),
  OBSERVE(
      Phase.OBSERVING,
      "observe",
      "Check the whole cluster",
      "every step before is done",
      "check brokers, lookups, bookies and the ensembles of all ledgers",
      "all healthy, no ledger lacks a bookie, nothing was written late",
      "a reverse migration"),

  RESUME_SOURCE_DIRECTION(
      Phase.ROLLING_BACK,
      "turn-again",
      "Make ZooKeeper authoritative again",
      "no broker was started on etcd",
      "set the direction to ZK_TO_ETCD",
      "it is recorded",
      ""),
  LIFT_FENCE(
      Phase.ROLLING_BACK,
      "lift-fence",
      "Lift the fence",
      "ZooKeeper is authoritative",
      "restore the saved access lists",
      "they read as saved",
      ""),
  START_BROKERS_ON_ZOOKEEPER(
      Phase.ROLLING_BACK,
      "start-brokers-on-zookeeper",
      "Start the brokers on ZooKeeper",
      "no broker is registered on etcd, the fence is lifted",
      "configure and start, one first, then the others",
      "registered in ZooKeeper, and healthy by their own check",
      ""),
  MOVE_BOOKIE_BACK(
      Phase.ROLLING_BACK,
      "move-bookie-back",
      "Move a bookie back to ZooKeeper",
      "the bookies before it are up",
      "stop, wait until neither store has its registration, configure, start",
      "registered in ZooKeeper by its own session and writable, port open",
      ""),
  SWITCH_BOOKIES_BACK(
      Phase.ROLLING_BACK,
      "switch-bookies-back",
      "Move all bookies back to ZooKeeper",
      "no broker runs",
      "stop all, wait until neither store has a registration, configure, start",
      "each registered in ZooKeeper by its own session and writable, port open",
      ""),
  REMOVE_MIRRORS(
      Phase.ROLLING_BACK,
      "remove-mirrors",
      "Remove the mirrors from ZooKeeper",
      "no broker on ZooKeeper needs them",
      "delete the listed znodes that no session owns",
      "none is left",
      ""),
  START_SIDE_WRITERS(
      Phase.ROLLING_BACK,
      "start-side-writers",
      "Start the other metadata writers",
      "brokers and bookies are on ZooKeeper",
      "delete /ledgers/underreplication/disable if the move created it, start the nodes that ran before the move, run the hook",
      "the driver and the hook report success",
      ""),
  LEAVE_ZOOKEEPER(
      Phase.ROLLING_BACK,
      "leave-zookeeper",
      "Remove the daemon's own nodes from ZooKeeper",
      "nothing is left to write there",
      "delete /metamigrate; leave the marker on etcd for the next run",
      "it is gone",
      ""),
  STOP_SIDE_WRITERS_AGAIN(
      Phase.ROLLING_BACK,
      "stop-side-writers-again",
      "Stop the other metadata writers",
      "",
      "create /ledgers/underreplication/disable on etcd, stop AutoRecovery and function workers, run the hook",
      "the driver and the hook report success",
      ""),
  SUSPEND_COLLECTION(
      Phase.ROLLING_BACK,
      "park-bookie",
      "Suspend garbage collection of a bookie on etcd",
      "it runs with its own settings",
      "restart with garbage collection suspended",
      "leased and writable on etcd, port open",
      ""),
  STOP_BROKERS_ON_ETCD(
      Phase.ROLLING_BACK,
      "stop-brokers-on-etcd",
      "Stop all brokers",
      "",
      "stop",
      "none is registered on either side and none answers",
      ""),
  REVERSE_DIRECTION(
      Phase.ROLLING_BACK,
      "turn-back",
      "Make etcd authoritative for ZooKeeper",
      "no broker runs",
      "set the direction to ETCD_TO_ZK",
      "it is recorded",
      ""),
  COPY_BACK(
      Phase.ROLLING_BACK,
      "copy-back",
      "Apply to ZooKeeper what etcd has now",
      "no broker runs on either side, the fence is in place",
      "create, set and delete what differs",
      "a second comparison finds nothing to do",
      ""),
  RAISE_IDS(
      Phase.ROLLING_BACK,
      "raise-ids",
      "Raise ZooKeeper's counters above etcd's",
      "what etcd has is in ZooKeeper",
      "lift the fence on the counters; add a new high half of ledger ids; create and delete children",
      "the next ids on ZooKeeper are not below etcd's",
      ""),
  VERIFY_BACK(
      Phase.ROLLING_BACK,
      "verify-back",
      "Compare both stores in full",
      "ZooKeeper has what etcd has",
      "read both stores side by side",
      "no difference, and the next ledger id on ZooKeeper is above etcd's",
      "");

  private final Phase phase;
  private final String label;
  private final String title;
  private final String precondition;
  private final String action;
  private final String proof;
  private final String undo;

  StepKind(
      Phase phase,
      String label,
      String title,
      String precondition,
      String action,
      String proof,
      String undo) {
    this.phase = phase;
    this.label = label;
    this.title = title;
    this.precondition = precondition;
    this.action = action;
    this.proof = proof;
    this.undo = undo;
  }

  /** The phase in which it is done. */
  Phase phase() {
    return phase;
  }

  /** Its stable name: in hooks, budgets, reports and the persisted record. */
  String label() {
    return label;
  }

  String title() {
    return title;
  }

  String precondition() {
    return precondition;
  }

  String action() {
    return action;
  }

  String proof() {
    return proof;
  }

  String undo() {
    return undo;
  }

  /** The step that undoes this one before the point of no return. */
  Optional<StepKind> undoneBy() {
    return switch (this) {
      case TAKE_ZOOKEEPER -> Optional.of(LEAVE_ZOOKEEPER);
      case STOP_SIDE_WRITERS -> Optional.of(START_SIDE_WRITERS);
      case START_BRIDGE -> Optional.of(REMOVE_MIRRORS);
      case MOVE_BOOKIE -> Optional.of(MOVE_BOOKIE_BACK);
      case STOP_BROKERS -> Optional.of(START_BROKERS_ON_ZOOKEEPER);
      case FENCE -> Optional.of(LIFT_FENCE);
      case SWITCH_BOOKIES -> Optional.of(SWITCH_BOOKIES_BACK);
      case PASS_NO_RETURN -> Optional.of(RESUME_SOURCE_DIRECTION);
      default -> Optional.empty();
    };
  }
}
