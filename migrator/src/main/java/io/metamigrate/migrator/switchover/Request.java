package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A command as given.
 *
 * @param configured the content of the operator's file
 * @param added nodes by which the document is extended
 * @param accepted findings that are accepted by name
 * @param operator who gave it
 */
public record Request(
    Command command,
    ConfiguredMove configured,
    SortedSet<Node> added,
    SortedSet<String> accepted,
    String operator) {
  public Request {
    added = Collections.unmodifiableSortedSet(new TreeSet<>(added));
    accepted = Collections.unmodifiableSortedSet(new TreeSet<>(accepted));
  }

  static Request of(Command command, ConfiguredMove configured, String operator) {
    return new Request(command, configured, new TreeSet<>(), new TreeSet<>(), operator);
  }
}
