package io.metamigrate.migrator.switchover.state;

import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.node.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Everything that is persisted of the moves of one cluster.
 *
 * @param nonce identity of these moves, left in both stores
 * @param scopeDigest of what is copied
 * @param nodes every server that the moves are about; it only grows
 * @param moves in order; only the last may be under way
 * @param finalized no move follows
 */
public record MoveDocument(
    int format,
    String cluster,
    String nonce,
    String scopeDigest,
    SortedSet<Node> nodes,
    List<MoveRecord> moves,
    boolean finalized) {
  public static final int FORMAT = 1;

  public MoveDocument {
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    moves = List.copyOf(moves);
  }

  public static MoveDocument begin(ConfiguredMove configured, String nonce) {
    return new MoveDocument(
        FORMAT,
        configured.cluster(),
        nonce,
        configured.scopeDigest(),
        configured.nodes(),
        List.of(),
        false);
  }

  /**
   * The move that decides which store is authoritative: the last one that was not undone, or the
   * last forward move if all were undone.
   */
  public Optional<MoveRecord> current() {
    for (int i = moves.size() - 1; i >= 0; i--) {
      MoveRecord move = moves.get(i);
      boolean undoneReverse =
          move.heading() == MoveDirection.REVERSE && move.progress() instanceof Progress.Undone;
      if (!undoneReverse) {
        return Optional.of(move);
      }
    }
    return Optional.empty();
  }

  /** The last forward move. */
  public Optional<MoveRecord> lastForward() {
    return moves.stream()
        .filter(move -> move.heading() == MoveDirection.FORWARD)
        .reduce((first, second) -> second);
  }

  /** The last move, even if it was undone. */
  public Optional<MoveRecord> last() {
    return moves.isEmpty() ? Optional.empty() : Optional.of(moves.get(moves.size() - 1));
  }

  public MoveDocument beginMove(MoveDirection heading, Strategy strategy) {
    List<MoveRecord> next = new ArrayList<>(moves);
    next.add(MoveRecord.begin(moves.size() + 1, heading, strategy));
    return with(next);
  }

  MoveDocument with(MoveRecord changed) {
    return with(
        moves.stream().map(move -> move.number() == changed.number() ? changed : move).toList());
  }

  public MoveDocument adding(SortedSet<Node> more) {
    SortedSet<Node> all = new TreeSet<>(nodes);
    all.addAll(more);
    return new MoveDocument(format, cluster, nonce, scopeDigest, all, moves, finalized);
  }

  public MoveDocument finished() {
    return new MoveDocument(format, cluster, nonce, scopeDigest, nodes, moves, true);
  }

  private MoveDocument with(List<MoveRecord> next) {
    return new MoveDocument(format, cluster, nonce, scopeDigest, nodes, next, finalized);
  }
}
