package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.state.Proposal;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A command as given.
 *
 * @param proposal the content of the operator's file
 * @param added nodes by which the document is extended
 * @param accepted findings that are accepted by name
 * @param operator who gave it
 */
public record Request(
    Command command,
    Proposal proposal,
    SortedSet<Node> added,
    SortedSet<String> accepted,
    String operator) {
  public Request {
    added = Collections.unmodifiableSortedSet(new TreeSet<>(added));
    accepted = Collections.unmodifiableSortedSet(new TreeSet<>(accepted));
  }

  static Request of(Command command, Proposal proposal, String operator) {
    return new Request(command, proposal, new TreeSet<>(), new TreeSet<>(), operator);
  }
}
