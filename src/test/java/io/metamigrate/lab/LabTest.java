package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores of the lab by themselves: what later tests rely on. */
final class LabTest {

  @Test
  void etcdKeepsItsKeysAndPortThroughKillAndStart(@TempDir Path directory) throws IOException {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      EtcdKeys keys = new EtcdKeys(etcd.endpoint());
      keys.put("/a", "1".getBytes(UTF_8));
      etcd.process().kill();
      assertThat(etcd.process().alive()).isFalse();

      etcd.start();

      assertThat(keys.get("/a")).isEqualTo("1".getBytes(UTF_8));
      assertThat(keys.count("/")).isEqualTo(1);
      assertThat(keys.leased("/a")).isFalse();
      assertThat(keys.delete("/a")).isTrue();
      assertThat(keys.exists("/a")).isFalse();
    }
  }

  @Test
  @Tag("campaign")
  void threeEtcdMembersContinueWithoutOne(@TempDir Path directory) throws IOException {
    List<EtcdServer> members = EtcdServer.cluster(directory, 3);
    try {
      members.forEach(EtcdServer::startOnly);
      members.forEach(EtcdServer::awaitHealthy);

      members.get(0).process().kill();

      members.get(1).awaitHealthy();
      new EtcdKeys(members.get(1).endpoint()).put("/a", new byte[0]);
      assertThat(new EtcdKeys(members.get(2).endpoint()).exists("/a")).isTrue();
    } finally {
      members.forEach(EtcdServer::close);
    }
  }

  @Test
  @Tag("campaign")
  void threeZooKeeperServersElectOneLeader(@TempDir Path directory) {
    List<ZooKeeperServer> members = ZooKeeperServer.ensemble(directory, 3);
    try {
      members.forEach(ZooKeeperServer::startOnly);
      members.forEach(ZooKeeperServer::awaitServing);

      assertThat(members).filteredOn(ZooKeeperServer::leads).hasSize(1);
    } finally {
      members.forEach(ZooKeeperServer::close);
    }
  }

  @Test
  void frozenServerIsAliveAndAnswersNothingUntilThawed(@TempDir Path directory) throws IOException {
    try (ZooKeeperServer server = ZooKeeperServer.start(directory)) {
      server.process().freeze();
      assertThat(server.process().alive()).isTrue();
      assertThatThrownBy(() -> server.ask("ruok")).isInstanceOf(IOException.class);

      server.process().thaw();

      assertThat(server.ask("ruok")).isEqualTo("imok");
    }
  }

  @Test
  void scriptDrivesTheSameNode(@TempDir Path directory) throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      Path script = etcd.process().script();
      assertThat(exitCode(script, "running")).isZero();

      assertThat(exitCode(script, "stop")).isZero();
      assertThat(etcd.process().alive()).isFalse();
      assertThat(exitCode(script, "start")).isZero();

      etcd.awaitHealthy();
      assertThat(etcd.process().alive()).isTrue();
    }
  }

  @Test
  void serverThatCannotStartIsReportedWithItsLog(@TempDir Path directory) throws IOException {
    Files.createDirectories(directory.resolve("etcd-0"));
    assertThatThrownBy(() -> EtcdServer.start(directory, "--no-such-flag"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("etcd-0 did not get ready")
        .hasMessageContaining("no-such-flag");
  }

  private static int exitCode(Path script, String word) throws Exception {
    return new ProcessBuilder(script.toString(), word).start().waitFor();
  }
}
