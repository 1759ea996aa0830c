package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares the operator's file with the document. The document decides. Pure. */
final class DocumentCheck {
  private DocumentCheck() {}

  /** Holds if both agree, or if the request extends the document by each node that differs. */
  static Answer agree(MoveDocument document, Request request) {
    List<String> faults = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    compare(faults, "cluster", document.cluster(), request.configured().cluster());
    compare(faults, "scope", document.scopeDigest(), request.configured().scopeDigest());
    SortedSet<Node> missing = new TreeSet<>(document.nodes());
    missing.removeAll(request.configured().nodes());
    missing.removeAll(request.added());
    for (Node node : missing) {
      faults.add("the document lists " + node + ", the file does not");
      remedies.add("--add-node \"" + node + "\"");
    }
    SortedSet<Node> more = new TreeSet<>(request.configured().nodes());
    more.removeAll(document.nodes());
    more.removeAll(request.added());
    for (Node node : more) {
      faults.add("the file lists " + node + ", the document does not");
      remedies.add("--add-node \"" + node + "\"");
    }
    return faults.isEmpty()
        ? Answer.yes("file and document agree")
        : Answer.no(String.join("; ", faults), remedies);
  }

  private static void compare(List<String> faults, String what, String document, String file) {
    if (!document.equals(file)) {
      faults.add("the %s is %s in the document, %s in the file".formatted(what, document, file));
    }
  }
}
