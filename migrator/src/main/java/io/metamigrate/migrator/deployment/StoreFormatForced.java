package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A container runs a command that formats a bookie or the metadata, or deletes cookies, without a
 * question. On the new store it would run by the move's own restart.
 *
 * <p>{@code bookieformat}, {@code metaformat} and {@code initnewcluster} stop where they find data,
 * unless they are forced (BookKeeper's {@code BookieShell}).
 */
final class StoreFormatForced implements DeploymentRule {
  static final String ID = "STORE_FORMAT_FORCED";

  private static final Set<String> FORMATS = Set.of("bookieformat", "metaformat", "initnewcluster");
  private static final Set<String> ALWAYS =
      Set.of("nukeexistingcluster", "cookie_delete", "delete-cluster-metadata");
  private static final Set<String> DELETIONS = Set.of("deleteall", "rmr", "delete", "del");
  private static final Pattern ROOTS =
      Pattern.compile("/|/(?:ledgers|managed-ledgers|admin|namespace|schemas|loadbalance)(?:/.*)?");
  private static final Pattern RECURSIVE = Pattern.compile("-[a-zA-Z]*[rR][a-zA-Z]*|--recursive");

  /** A bookie's files by their names: the copy of its cookie, journals, entry logs, indexes. */
  private static final Pattern DATA_FILES =
      Pattern.compile(".*/VERSION|.*\\.(?:txn|log|idx|lac)|.*/[^/]*\\*[^/]*");

  private static final String[] FORCE = {"force", "f", "deletecookie", "d"};

  /** The question of a command that is not forced, answered by the script. */
  private static final Pattern ANSWERED =
      Pattern.compile(
          "(?:\\byes\\b|\\b(?:echo|printf)\\s[^|;&\\n]*\\b[yY](?:es)?\\b)[^|;&\\n]*\\|[^|;&\\n]*"
              + "\\b(bookieformat|metaformat|initnewcluster)\\b");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    Set<String> folders = BookieDataVolatile.allFolders(workload);
    List<DeploymentFinding> found = new ArrayList<>();
    for (Container container : workload.containers()) {
      ANSWERED
          .matcher(container.everything())
          .results()
          .map(MatchResult::group)
          .forEach(
              text ->
                  found.add(
                      finding(
                          workload,
                          container,
                          "answers the confirmation of a format command",
                          text)));
      for (ShellWords command : container.allCommands()) {
        fault(command, seenBy(container, workload, folders))
            .ifPresent(what -> found.add(finding(workload, container, what, command.toString())));
      }
    }
    return found;
  }

  private static DeploymentFinding finding(
      Workload workload, Container container, String what, String command) {
    return DeploymentFinding.of(
        ID,
        level(workload),
        workload,
        container,
        what + " each time it starts: " + command,
        "remove the command, or its options for force and deletion");
  }

  /** A set of another cluster may share the namespace; what the operator knows better. */
  private static Level level(Workload workload) {
    return workload.role().isDriven() || workload.kind().equals("service")
        ? Level.BLOCKER
        : Level.CONFIRM;
  }

  private static Optional<String> fault(ShellWords command, Set<String> folders) {
    List<String> words = command.words();
    if (words.stream().anyMatch(ALWAYS::contains) || isBkctlDeletion(command)) {
      return Optional.of("deletes metadata or cookies");
    }
    if (isForced(command)) {
      return Optional.of(
          "runs " + format(command).orElse("") + " with force or deletion of the cookie");
    }
    boolean ofAll = command.program().equals("etcdctl") && command.hasOption("prefix", "from-key");
    if (words.stream().anyMatch(DELETIONS::contains)
        && (ofAll || words.stream().anyMatch(word -> ROOTS.matcher(word).matches()))) {
      return Optional.of("deletes metadata");
    }
    return deleted(command).stream().anyMatch(word -> isBookieData(word, folders))
        ? Optional.of("deletes a bookie's files")
        : Optional.empty();
  }

  /** Whether it formats without a question. */
  static boolean isForced(ShellWords command) {
    return format(command).isPresent() && command.hasOption(FORCE);
  }

  private static Optional<String> format(ShellWords command) {
    boolean newer = command.program().equals("bkctl");
    return command.words().stream()
        .filter(word -> FORMATS.contains(word) || (newer && word.equals("format")))
        .findFirst();
  }

  /** {@code bkctl cluster nuke}, {@code bkctl cookie delete}: BookKeeper's newer command line. */
  private static boolean isBkctlDeletion(ShellWords command) {
    return command.program().equals("bkctl")
        && (command.has("nuke") || (command.has("cookie") && command.has("delete")));
  }

  /** The bookie's folders, and what they are called where its volumes are mounted elsewhere. */
  private static Set<String> seenBy(Container container, Workload workload, Set<String> folders) {
    Set<String> all = new LinkedHashSet<>(folders);
    workload
        .server()
        .ifPresent(
            server ->
                folders.forEach(
                    folder ->
                        server
                            .mountOf(folder)
                            .ifPresent(
                                own ->
                                    container.mounts().stream()
                                        .filter(mount -> mount.source().equals(own.source()))
                                        .map(
                                            mount ->
                                                mount.path()
                                                    + folder.substring(own.path().length()))
                                        .forEach(all::add))));
    return all;
  }

  /** Files and folders that the command removes from where they are; a file system's own stays. */
  private static List<String> deleted(ShellWords command) {
    List<String> words = command.words().subList(1, command.words().size());
    List<String> gone =
        switch (command.program()) {
          case "rm" ->
              words.stream().anyMatch(word -> RECURSIVE.matcher(word).matches())
                  ? words
                  : words.stream().filter(word -> DATA_FILES.matcher(word).matches()).toList();
          case "mv" -> words.subList(0, Math.max(0, words.size() - 1));
          case "find" -> command.hasOption("delete") || command.has("rm") ? words : List.of();
          default -> List.of();
        };
    return gone.stream().filter(word -> !word.contains("/lost+found")).toList();
  }

  /** In one of the bookie's folders, or around it. */
  private static boolean isBookieData(String word, Set<String> folders) {
    String path = word.replaceFirst("/\\*?$", "");
    return path.matches("(/pulsar/)?data(/.*)?")
        || path.contains("bookkeeper/journal")
        || path.contains("bookkeeper/ledgers")
        || folders.stream()
            .anyMatch(
                folder ->
                    !path.isEmpty()
                        && (path.equals(folder)
                            || path.startsWith(folder + "/")
                            || (path.startsWith("/") && folder.startsWith(path + "/"))));
  }
}
