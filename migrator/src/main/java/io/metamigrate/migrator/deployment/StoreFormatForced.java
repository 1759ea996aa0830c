package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
  private static final Set<String> ALWAYS = Set.of("nukeexistingcluster", "cookie_delete");
  private static final Set<String> DELETIONS = Set.of("deleteall", "rmr", "delete");
  private static final String[] FORCE = {"force", "f", "deletecookie", "d"};

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    List<DeploymentFinding> found = new ArrayList<>();
    for (Container container : workload.containers()) {
      for (ShellWords command : container.commands()) {
        fault(command)
            .ifPresent(
                what ->
                    found.add(
                        DeploymentFinding.of(
                            ID,
                            level(workload),
                            workload,
                            container,
                            what + " each time it starts: " + command,
                            "take the command out, or take force and deletion out of it")));
      }
    }
    return found;
  }

  /** A set of another cluster may share the namespace; what the operator knows better. */
  private static Level level(Workload workload) {
    return workload.role().isDriven() || workload.kind().equals("service")
        ? Level.BLOCKER
        : Level.CONFIRM;
  }

  private static Optional<String> fault(ShellWords command) {
    if (command.words().stream().anyMatch(ALWAYS::contains)) {
      return Optional.of("deletes metadata or cookies");
    }
    Optional<String> format = command.words().stream().filter(FORMATS::contains).findFirst();
    if (format.isPresent() && command.hasOption(FORCE)) {
      return Optional.of("runs " + format.get() + " with force or deletion of the cookie");
    }
    boolean ofLedgers = command.words().stream().anyMatch(word -> word.startsWith("/ledgers"));
    if (ofLedgers && command.words().stream().anyMatch(DELETIONS::contains)) {
      return Optional.of("deletes BookKeeper's metadata");
    }
    if (command.words().get(0).endsWith("rm")
        && command.hasOption("r", "rf", "fr", "R", "recursive")
        && command.words().stream().anyMatch(StoreFormatForced::isBookieData)) {
      return Optional.of("deletes a bookie's files");
    }
    return Optional.empty();
  }

  private static boolean isBookieData(String word) {
    return word.matches("(/pulsar/)?data(/.*)?")
        || word.contains("bookkeeper/journal")
        || word.contains("bookkeeper/ledgers");
  }
}
