package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a command as a stop advises it. */
final class CommandLine {
  private static final Pattern FLAG = Pattern.compile("--(accept|add-node) \"([^\"]*)\"");

  private CommandLine() {}

  static Request parse(String text, ConfiguredMove configured) {
    SortedSet<Node> added = new TreeSet<>();
    SortedSet<String> accepted = new TreeSet<>();
    Matcher flags = FLAG.matcher(text);
    while (flags.find()) {
      if (flags.group(1).equals("accept")) {
        accepted.add(flags.group(2));
      } else {
        String[] parts = flags.group(2).split(" ", 2);
        added.add(new Node(NodeKind.valueOf(parts[0].toUpperCase(Locale.ROOT)), parts[1]));
      }
    }
    return new Request(command(text), configured, added, accepted, "search");
  }

  private static Command command(String text) {
    String plain = text.replaceFirst("^migrate ", "");
    if (plain.startsWith("rollback")) {
      return plain.contains("--undo") ? Command.ROLLBACK_UNDO : Command.ROLLBACK;
    }
    return plain.startsWith("cutover") ? Command.CUTOVER : Command.FINALIZE;
  }
}
