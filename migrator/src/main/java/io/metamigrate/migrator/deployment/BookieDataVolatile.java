package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import io.metamigrate.migrator.deployment.Mount.Storage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Journal or ledgers of a bookie are deleted with its pod or container, so each restart of the move
 * would destroy one copy of the data.
 *
 * <p>The folders are those of the settings, else the defaults of Pulsar's {@code bookkeeper.conf}.
 * With a configuration of the operator's own in a volume they are not known; then any volume that
 * stays counts, apart from that of the configuration and those that only the image declares.
 */
final class BookieDataVolatile implements DeploymentRule {
  static final String ID = "BOOKIE_DATA_VOLATILE";

  private static final List<String> SETTINGS =
      List.of("journalDirectory", "journalDirectories", "ledgerDirectories", "indexDirectories");
  private static final List<String> DEFAULTS =
      List.of("/pulsar/data/bookkeeper/journal", "/pulsar/data/bookkeeper/ledgers");

  private static final Set<Storage> BY_NEXT = Set.of(Storage.TRANSFERRED, Storage.DECLARED);

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (workload.role() != Role.BOOKIE) {
      return List.of();
    }
    return workload.server().stream()
        .flatMap(container -> findings(workload, container).stream())
        .toList();
  }

  private static List<DeploymentFinding> findings(Workload workload, Container container) {
    Set<String> folders = folders(container);
    String configuration = ConfigurationFile.path(workload.role(), container);
    boolean own =
        container
            .mountOf(configuration)
            .filter(mount -> mount.storage() != Storage.DECLARED)
            .isPresent();
    if (folders.isEmpty() && own) {
      boolean anyKept =
          container.mounts().stream()
              .filter(mount -> mount.storage() == Storage.KEPT)
              .anyMatch(mount -> !mount.holds(configuration));
      Optional<Mount> transferred =
          container.mounts().stream()
              .filter(mount -> mount.storage() == Storage.TRANSFERRED)
              .filter(mount -> !mount.holds(configuration))
              .findFirst();
      return anyKept
          ? List.of()
          : transferred.isPresent()
              ? List.of(transferred(workload, container, "its data", transferred.get()))
              : List.of(
                  lost(workload, container, "has no persistent volume for journal and ledgers"));
    }
    List<DeploymentFinding> found = new ArrayList<>();
    for (String folder : folders.isEmpty() ? DEFAULTS : List.copyOf(folders)) {
      Optional<Mount> mount = container.mountOf(folder);
      if (mount.isEmpty()) {
        found.add(
            lost(
                workload, container, "keeps " + folder + " in the container itself, on no volume"));
      } else if (mount.get().storage() == Storage.HOST) {
        found.add(
            DeploymentFinding.of(
                ID,
                Severity.CONFIRM,
                workload,
                container,
                "keeps %s on %s of its host, and its next pod may come up on another host, without its data"
                    .formatted(folder, mount.get().source()),
                "pin each pod to its host, or use local persistent volumes; confirm if pods cannot"
                    + " move to another host"));
      } else if (BY_NEXT.contains(mount.get().storage())) {
        found.add(transferred(workload, container, folder, mount.get()));
      } else if (mount.get().storage() != Storage.KEPT) {
        found.add(lost(workload, container, "keeps " + folder + " on " + mount.get().source()));
      }
    }
    return found;
  }

  private static DeploymentFinding transferred(
      Workload workload, Container container, String data, Mount mount) {
    return DeploymentFinding.of(
        ID,
        Severity.CONFIRM,
        workload,
        container,
        "keeps %s on %s; after `docker compose rm` or `down` its next container starts without its data"
            .formatted(data, mount.source()),
        "give the volume a name, and copy the data there first; or confirm, and run neither during"
            + " the move");
  }

  private static DeploymentFinding lost(Workload workload, Container container, String why) {
    return DeploymentFinding.of(
        ID,
        Severity.BLOCKER,
        workload,
        container,
        why + ", so a restart destroys this bookie's copy of the data and its cookie",
        workload.kind().equals(ServiceUnit.HOST)
            ? "add bookies whose folders are on a disk that outlives the unit, and drain this one"
            : "give bookies persistent volumes (volumeClaimTemplates, a named volume), and let"
                + " BookKeeper copy the data there first");
  }

  /** Where the bookie of this workload keeps its data; empty if it has none. */
  static Set<String> allFolders(Workload workload) {
    Set<String> all = new LinkedHashSet<>();
    if (workload.role() == Role.BOOKIE) {
      workload.server().map(BookieDataVolatile::folders).ifPresent(all::addAll);
      if (all.isEmpty()) {
        all.addAll(DEFAULTS);
      }
    }
    return all;
  }

  /** Those that its settings name; empty if they name none. */
  static Set<String> folders(Container container) {
    Set<String> folders = new LinkedHashSet<>();
    for (String setting : SETTINGS) {
      Stream.of(container.setting(setting).orElse("").split(","))
          .map(String::strip)
          .filter(folder -> !folder.isEmpty())
          .map(folder -> folder.startsWith("/") ? folder : Container.HOME + "/" + folder)
          .forEach(folders::add);
    }
    boolean journal =
        Stream.of("journalDirectory", "journalDirectories")
            .anyMatch(setting -> container.setting(setting).isPresent());
    if (!folders.isEmpty() && !journal) {
      folders.add(DEFAULTS.get(0));
    }
    if (!folders.isEmpty() && container.setting("ledgerDirectories").isEmpty()) {
      folders.add(DEFAULTS.get(1));
    }
    return folders;
  }
}
