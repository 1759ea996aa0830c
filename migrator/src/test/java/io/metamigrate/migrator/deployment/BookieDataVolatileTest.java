package io.metamigrate.migrator.deployment;

import static io.metamigrate.migrator.deployment.Deployed.SERVES;
import static io.metamigrate.migrator.deployment.Deployed.bookie;
import static io.metamigrate.migrator.deployment.Deployed.kept;
import static io.metamigrate.migrator.deployment.Deployed.lost;
import static io.metamigrate.migrator.deployment.Deployed.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import io.metamigrate.migrator.deployment.Mount.Storage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BookieDataVolatileTest {
  private static final Mount CONFIGURATION =
      new Mount("/pulsar/conf", Storage.GIVEN, "volume conf");
  private static final Map<String, String> OWN_FOLDERS =
      Map.of(
          "PULSAR_PREFIX_journalDirectories", "/bk/journal-1, /bk/journal-2",
          "ledgerDirectories", "/bk/ledgers");

  private final BookieDataVolatile rule = new BookieDataVolatile();

  @Test
  void acceptsPersistentVolumes() {
    assertThat(rule.findings(bookie(server()))).isEmpty();
    assertThat(rule.findings(bookie(server(SERVES, OWN_FOLDERS, kept("/bk"))))).isEmpty();
    assertThat(
            rule.findings(
                bookie(
                    server(
                        SERVES,
                        Map.of(),
                        kept("/pulsar/data/bookkeeper/journal"),
                        kept("/pulsar/data/bookkeeper/ledgers/"),
                        lost("/tmp")))))
        .isEmpty();
  }

  @Test
  void blocksEmptyDirAndNamesEachDirectory() {
    assertThat(rule.findings(bookie(server(SERVES, Map.of(), lost("/pulsar/data")))))
        .hasSize(2)
        .allMatch(found -> found.level() == Severity.BLOCKER)
        .first()
        .satisfies(
            found ->
                assertThat(found.message())
                    .contains("keeps /pulsar/data/bookkeeper/journal on emptyDir data"));
  }

  @Test
  void blocksContainerFilesystem() {
    assertThat(rule.findings(bookie(server(SERVES, Map.of()))))
        .extracting(DeploymentFinding::message)
        .anyMatch(message -> message.contains("in the container itself, on no volume"));
  }

  /** A volume beside the data helps nothing. */
  @Test
  void blocksAnyDirectoryWithoutPersistentVolume() {
    assertThat(
            rule.findings(
                bookie(
                    server(SERVES, OWN_FOLDERS, kept("/bk"), lost("/bk/journal-2"), kept("/x")))))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("/bk/journal-2 on emptyDir"));
    assertThat(rule.findings(bookie(server(SERVES, Map.of(), kept("/pulsar/logs"))))).hasSize(2);
  }

  @Test
  void innermostMountDecides() {
    assertThat(
            rule.findings(bookie(server(SERVES, Map.of(), lost("/pulsar"), kept("/pulsar/data")))))
        .isEmpty();
  }

  @Test
  void anyPersistentVolumeSufficesWithACustomConfiguration() {
    assertThat(rule.findings(bookie(server(SERVES, Map.of(), CONFIGURATION, kept("/mnt")))))
        .isEmpty();
    assertThat(rule.findings(bookie(server(SERVES, Map.of(), CONFIGURATION, lost("/mnt")))))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("no persistent volume"));
  }

  @Test
  void volumeOfTheConfigurationIsNoVolumeOfData() {
    assertThat(rule.findings(bookie(server(SERVES, Map.of(), kept("/pulsar/conf")))))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("no persistent volume"));
  }

  /** An image declares its volumes wherever a configuration of the operator's own puts the data. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/pulsar/conf", "/pulsar/conf/bookkeeper.conf", "/etc/bk", "/etc/bk/own.conf"})
  void volumesOfTheImageAreNoVolumesOfDataWithACustomConfiguration(String mounted) {
    Map<String, String> environment =
        mounted.startsWith("/etc") ? Map.of("BOOKIE_CONF", "/etc/bk/own.conf") : Map.of();
    Mount own = new Mount(mounted, Storage.KEPT, "volume " + mounted);

    assertThat(
            rule.findings(
                bookie(
                    server(
                        "exec bin/bookkeeper bookie",
                        environment,
                        own,
                        declared("/pulsar/conf"),
                        declared("/pulsar/data")))))
        .singleElement()
        .satisfies(found -> assertThat(found.level()).isEqualTo(Severity.BLOCKER));
  }

  /** Then the image's configuration names its own folders. */
  @Test
  void volumesOfTheImageNeedConfirmationWithItsOwnConfiguration() {
    assertThat(
            rule.findings(
                bookie(
                    server(SERVES, Map.of(), declared("/pulsar/conf"), declared("/pulsar/data")))))
        .hasSize(2)
        .allMatch(found -> found.level() == Severity.CONFIRM);
  }

  private static Mount declared(String folder) {
    return new Mount(folder, Storage.DECLARED, "a volume that its image declares");
  }

  @ParameterizedTest
  @CsvSource({
    "ledgerDirectories, /pulsar/data/bookkeeper/journal",
    "journalDirectory, /pulsar/data/bookkeeper/ledgers",
    "journalDirectories, /pulsar/data/bookkeeper/ledgers"
  })
  void directoryThatIsNotSetIsTheDefault(String set, String missing) {
    assertThat(rule.findings(bookie(server(SERVES, Map.of(set, "/bk/a"), kept("/bk")))))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains(missing + " in the container"));
  }

  @Test
  void checksDirectoryOfTheIndex() {
    Map<String, String> folders =
        Map.of("journalDirectory", "/bk/j", "ledgerDirectories", "/bk/l", "indexDirectories", "/i");

    assertThat(rule.findings(bookie(server(SERVES, folders, kept("/bk")))))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("/i in the container"));
  }

  /** The next pod may come up on another host. */
  @Test
  void hostPathNeedsConfirmation() {
    Mount host = new Mount("/pulsar/data", Storage.HOST, "folder /srv/bookie");

    assertThat(rule.findings(bookie(server(SERVES, Map.of(), host))))
        .hasSize(2)
        .allMatch(found -> found.level() == Severity.CONFIRM)
        .allMatch(found -> found.message().contains("may come up on another host"));
  }

  @Test
  void readsFoldersFromMountedFile() {
    Map<String, String> file =
        Map.of("journalDirectories", "/bk/journal", "ledgerDirectories", "/bk/ledgers");
    Mount own = new Mount("/pulsar/conf/bookkeeper.conf", Storage.GIVEN, "volume conf");
    List<Mount> good = List.of(own, kept("/bk"));
    List<Mount> bad = List.of(own, kept("/pulsar/data"), kept("/bk/journal"));

    assertThat(
            rule.findings(
                bookie(
                    new Container(
                        "b", false, SERVES, Map.of(), good, new ServerFiles(file, ""), ""))))
        .isEmpty();
    assertThat(
            rule.findings(
                bookie(
                    new Container(
                        "b", false, SERVES, Map.of(), bad, new ServerFiles(file, ""), ""))))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("/bk/ledgers in the container"));
  }

  @Test
  void checksBookieContainerOnly() {
    Container sidecar =
        new Container("exporter", false, "bin/exporter", Map.of(), List.of(lost("/pulsar/data")));

    assertThat(rule.findings(bookie(sidecar, server()))).isEmpty();
  }

  @Test
  void asksNothingOfBrokers() {
    assertThat(rule.findings(Deployed.of(Role.BROKER, "broker", server(SERVES, Map.of()))))
        .isEmpty();
  }
}
