package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComponentOnEtcdTest {
  @TempDir Path folder;

  @Test
  void namesEveryKindAndWhatCannotRunThere() throws IOException {
    List<ComponentOnEtcd> all = all(", pulsarVersion: 2.10.0");

    assertThat(all)
        .extracting(ComponentOnEtcd::component)
        .containsExactly(
            "bookie",
            "bookie, collection suspended",
            "broker",
            "autorecovery",
            "proxy",
            "function-worker",
            "tools");
    assertThat(all)
        .filteredOn(one -> !one.possible())
        .extracting(ComponentOnEtcd::component)
        .containsExactly("autorecovery", "function-worker");
  }

  @Test
  void showsEachSettingOnALineOfItsOwn() throws IOException {
    assertThat(all(", pulsarVersion: 2.10.0").get(1).toString())
        .startsWith("bookie, collection suspended\n")
        .contains("\n      gcWaitTime=2073600000\n")
        .contains("\n      metadataServiceUri=metadata-store:etcd:http://e:2379\n")
        .contains("\n      without zkLedgersRootPath, zkServers\n")
        .contains("\n      note: collection suspended: ");
  }

  @Test
  void distinguishesWhatIsNotPossibleFromNotes() throws IOException {
    String worker =
        all(", pulsarVersion: 2.10.0").stream()
            .filter(one -> one.component().equals("function-worker"))
            .findFirst()
            .orElseThrow()
            .toString();

    assertThat(worker)
        .contains("\n      NOT POSSIBLE: a standalone function worker needs ZooKeeper");
    assertThat(all(", pulsarVersion: 2.10.0").toString())
        .contains("\n      note: zkTimeout keeps the operator's value")
        .doesNotContain("NOT POSSIBLE: zkTimeout");
  }

  @Test
  void isNotKnownWithoutAVersion() throws IOException {
    assertThat(all("")).isEmpty();
  }

  private List<ComponentOnEtcd> all(String version) throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(
        file,
        """
        cluster: {name: c1%s}
        source: {zookeeper: "zk1:2181"}
        target: {etcd: ["http://e:2379"]}
        """
            .formatted(version));
    return ComponentOnEtcd.all(Configuration.load(file));
  }
}
