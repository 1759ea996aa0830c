package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveRecord;
import java.util.List;
import java.util.Optional;

/** What each command does in each state, and which commands work there. Pure; no cell is empty. */
public final class CommandTable {
  private CommandTable() {}

  /** The commands that change the state of the moves. */
  public enum Command {
    CUTOVER("cutover"),
    ROLLBACK("rollback"),
    ROLLBACK_UNDO("rollback --undo"),
    FINALIZE("finalize");

    private final String text;

    Command(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** Where the moves of a cluster are. */
  enum State {
    NO_MOVE,
    FORWARD_RUNNING,
    FORWARD_UNDOING,
    FORWARD_UNDONE,
    FORWARD_COMMITTED,
    FORWARD_COMPLETED,
    REVERSE_RUNNING,
    REVERSE_UNDOING,
    REVERSE_COMMITTED,
    REVERSE_COMPLETED,
    FINALIZED
  }

  /** What a command does. */
  enum Effect {
    BEGIN_FORWARD,
    BEGIN_REVERSE,
    RUN,
    UNDO,
    LOOK,
    END,
    REFUSE
  }

  static State state(Optional<MoveDocument> document) {
    if (document.filter(MoveDocument::finalized).isPresent()) {
      return State.FINALIZED;
    }
    return document.flatMap(MoveDocument::current).map(CommandTable::state).orElse(State.NO_MOVE);
  }

  private static State state(MoveRecord move) {
    boolean forward = move.heading() == MoveDirection.FORWARD;
    Progress progress = move.progress();
    if (progress instanceof Progress.Running) {
      return forward ? State.FORWARD_RUNNING : State.REVERSE_RUNNING;
    }
    if (progress instanceof Progress.Undoing) {
      return forward ? State.FORWARD_UNDOING : State.REVERSE_UNDOING;
    }
    if (progress instanceof Progress.Committed) {
      return forward ? State.FORWARD_COMMITTED : State.REVERSE_COMMITTED;
    }
    if (progress instanceof Progress.Completed) {
      return forward ? State.FORWARD_COMPLETED : State.REVERSE_COMPLETED;
    }
    return State.FORWARD_UNDONE;
  }

  static Effect effect(Command command, State state) {
    return switch (command) {
      case CUTOVER ->
          switch (state) {
            case NO_MOVE, FORWARD_UNDONE, REVERSE_COMPLETED -> Effect.BEGIN_FORWARD;
            case FORWARD_RUNNING, FORWARD_COMMITTED, FORWARD_COMPLETED -> Effect.RUN;
            case FORWARD_UNDOING, REVERSE_RUNNING, REVERSE_UNDOING, REVERSE_COMMITTED, FINALIZED ->
                Effect.REFUSE;
          };
      case ROLLBACK ->
          switch (state) {
            case FORWARD_RUNNING, FORWARD_UNDOING -> Effect.UNDO;
            case FORWARD_UNDONE -> Effect.LOOK;
            case FORWARD_COMMITTED, FORWARD_COMPLETED -> Effect.BEGIN_REVERSE;
            case REVERSE_RUNNING, REVERSE_COMMITTED, REVERSE_COMPLETED -> Effect.RUN;
            case NO_MOVE, REVERSE_UNDOING, FINALIZED -> Effect.REFUSE;
          };
      case ROLLBACK_UNDO ->
          switch (state) {
            case REVERSE_RUNNING, REVERSE_UNDOING -> Effect.UNDO;
            default -> Effect.REFUSE;
          };
      case FINALIZE ->
          switch (state) {
            case FORWARD_COMPLETED, FINALIZED -> Effect.END;
            default -> Effect.REFUSE;
          };
    };
  }

  /** The commands that work in that state, the likeliest first. */
  static List<Command> working(State state) {
    return switch (state) {
      case NO_MOVE, FORWARD_UNDONE -> List.of(Command.CUTOVER);
      case FORWARD_RUNNING, FORWARD_COMMITTED -> List.of(Command.CUTOVER, Command.ROLLBACK);
      case FORWARD_COMPLETED -> List.of(Command.CUTOVER, Command.ROLLBACK, Command.FINALIZE);
      case FORWARD_UNDOING, REVERSE_COMMITTED -> List.of(Command.ROLLBACK);
      case REVERSE_COMPLETED -> List.of(Command.ROLLBACK, Command.CUTOVER);
      case REVERSE_RUNNING -> List.of(Command.ROLLBACK, Command.ROLLBACK_UNDO);
      case REVERSE_UNDOING -> List.of(Command.ROLLBACK_UNDO);
      case FINALIZED -> List.of(Command.FINALIZE);
    };
  }
}
