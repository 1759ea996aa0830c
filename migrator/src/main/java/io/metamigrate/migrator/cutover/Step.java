package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import java.time.Duration;
import java.util.Optional;

/**
 * One step of a cutover or a rollback.
 *
 * @param node the node that it is about, if it is about one
 * @param budget after which it has failed; a time-out never means "continue"
 */
public record Step(StepKind kind, Optional<Node> node, Duration budget) {
  /** Its stable name within a cutover, under which it is recorded. */
  public String id() {
    return kind.label() + node.map(n -> " " + n.id()).orElse("");
  }

  public Phase phase() {
    return kind.phase();
  }

  /** Its title with the node's name. */
  public String title() {
    return kind.title() + node.map(n -> ": " + n).orElse("");
  }
}
