package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A container runs a command that formats a bookie or the metadata, or deletes cookies, without
 * asking. On the new store the move's own restart would run it.
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
      Pattern.compile(
          ".*/(?:VERSION|current|journal|ledgers)|.*\\.(?:txn|log|idx|lac)|.*/[^/]*\\*");

  private static final Pattern SEVERAL_FILES = Pattern.compile(".*/[^/]*\\*[^/]*");
  private static final Set<String> NAMES = Set.of("-name", "-iname");

  /** What makes a name in {@code find} no limit any more. */
  private static final Set<String> OTHERS = Set.of("!", "-not", "-o", "-or");

  private static final Pattern TARGET = Pattern.compile("-[a-zA-Z]*t|--target-directory");

  private static final String[] FORCE = {"force", "f", "deletecookie", "d"};

  /** The question of a command that is not forced, answered by the script. */
  private static final Pattern ANSWERED =
      Pattern.compile(
          "(?:\\byes\\b|\\b(?:echo|printf)\\s[^|;&\\n]*\\b[yY](?:es)?\\b)[^|;&\\n]*\\|[^|;&\\n]*"
              + "\\b(bookieformat|metaformat|initnewcluster)\\b"
              + "|\\b(?:bookieformat|metaformat|initnewcluster)\\b[^|;&\\n]*<<<\\s*[\"']?[yY]");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    Set<String> folders = BookieDataVolatile.allFolders(workload);
    List<DeploymentFinding> found = new ArrayList<>();
    for (Container container : workload.containers()) {
      Set<String> seen = seenBy(container, workload, folders);
      faults(container.command(), container, seen).stream()
          .map(fault -> finding(workload, container, fault, "each time it starts"))
          .forEach(found::add);
      faults(container.hooks(), container, seen).stream()
          .map(fault -> finding(workload, container, fault, "in a probe or a hook"))
          .forEach(found::add);
    }
    return found;
  }

  /**
   * What a command does.
   *
   * @param certain whether it hits what the bookie or the cluster needs; else the operator knows
   */
  private record ForcedFormat(String what, String command, boolean certain) {}

  private static List<ForcedFormat> faults(
      String script, Container container, Set<String> folders) {
    List<ForcedFormat> found = new ArrayList<>();
    ANSWERED
        .matcher(script)
        .results()
        .map(MatchResult::group)
        .forEach(
            text ->
                found.add(
                    new ForcedFormat("answers the confirmation of a format command", text, true)));
    for (ShellWords command : ShellWords.of(script, container.environment())) {
      fault(command, folders)
          .ifPresent(
              what ->
                  found.add(
                      new ForcedFormat(what, command.toString(), !deletesOtherFilesOnly(command))));
    }
    return found;
  }

  private static DeploymentFinding finding(
      Workload workload, Container container, ForcedFormat fault, String when) {
    return DeploymentFinding.of(
        ID,
        fault.certain() ? level(workload) : Severity.CONFIRM,
        workload,
        container,
        "%s %s: %s".formatted(fault.what(), when, fault.command()),
        "remove the command, or its options for force and deletion");
  }

  /** A set of another cluster may share the namespace; what the operator knows better. */
  private static Severity level(Workload workload) {
    return workload.role().isDriven() || workload.kind().equals("service")
        ? Severity.BLOCKER
        : Severity.CONFIRM;
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
              isRecursive(words)
                  ? words
                  : words.stream()
                      .filter(word -> isDataFile(word) || SEVERAL_FILES.matcher(word).matches())
                      .toList();
          case "mv" -> moved(words);
          case "find" -> command.hasOption("delete") || command.has("rm") ? words : List.of();
          default -> List.of();
        };
    return gone.stream().filter(word -> !word.contains("/lost+found")).toList();
  }

  /** All but the target, which is the last word or that of an option. */
  private static List<String> moved(List<String> words) {
    List<String> moved = new ArrayList<>(words);
    for (int i = 0; i < words.size() - 1; i++) {
      if (TARGET.matcher(words.get(i)).matches()) {
        moved.remove(i + 1);
        return moved;
      }
    }
    boolean named = words.stream().anyMatch(word -> word.startsWith("--target-directory="));
    if (!named && !moved.isEmpty()) {
      moved.remove(moved.size() - 1);
    }
    moved.removeIf(word -> word.startsWith("-"));
    return moved;
  }

  /** Files by a name or pattern that is none of the bookie's, as of a lock or a temporary file. */
  private static boolean deletesOtherFilesOnly(ShellWords command) {
    List<String> words = command.words();
    return switch (command.program()) {
      case "rm" -> !isRecursive(words) && words.stream().noneMatch(StoreFormatForced::isDataFile);
      case "find" ->
          words.stream().anyMatch(NAMES::contains)
              && words.stream().noneMatch(OTHERS::contains)
              && IntStream.range(1, words.size())
                  .filter(i -> NAMES.contains(words.get(i - 1)))
                  .noneMatch(i -> isDataFile("/" + words.get(i)));
      default -> false;
    };
  }

  private static boolean isRecursive(List<String> words) {
    return words.stream().anyMatch(word -> RECURSIVE.matcher(word).matches());
  }

  private static boolean isDataFile(String word) {
    return DATA_FILES.matcher(word).matches();
  }

  /** In one of the bookie's folders, or around it. */
  private static boolean isBookieData(String word, Set<String> folders) {
    String path = word.replaceFirst("/\\*?$", "").replaceFirst("^(?:\\./)+", "");
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
