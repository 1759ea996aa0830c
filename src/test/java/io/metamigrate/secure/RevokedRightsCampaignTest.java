package io.metamigrate.secure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.secure.SecuredEtcd.Grant;
import io.metamigrate.secure.SecuredEtcd.User;
import io.metamigrate.store.Tree;
import io.metamigrate.verifier.store.EtcdSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon whose user loses a permission on etcd, and then its login, while it follows. */
final class RevokedRightsCampaignTest {
  private static final int HEAP = 192;

  @Test
  void reportsWhatIsDeniedAndContinuesOnceItIsGranted(@TempDir Path directory) throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "secret-migrate\n");
    Grant tree = Grant.readWrite("/");
    try (ZooKeeperServer zookeeper = ZooKeeperServer.start(directory);
        SecuredEtcd etcd = SecuredEtcd.plain(directory)) {
      PulsarTree.fill(zookeeper.connect(), 600, 7).close();
      etcd.awaitServing(EtcdSettings.of(etcd.endpoint()));
      etcd.authenticate(
          EtcdSettings.of(etcd.endpoint()),
          List.of(
              new User(
                  "migrate", List.of(tree, Grant.readWrite("metamigrate/"), Grant.readAll()))));
      String yaml =
          """
          cluster: {name: demo, pulsarVersion: 3.0.8}
          source: {zookeeper: "%s"}
          target: {etcd: ["%s"], user: migrate, passwordFile: "%s"}
          """
              .formatted(zookeeper.connect(), etcd.endpoint(), secret);
      try (MigrateProcess daemon =
              MigrateProcess.of(
                  "daemon",
                  directory,
                  HEAP,
                  yaml,
                  new String[] {"--accept", "ETCD_PASSWORD_UNSUPPORTED"});
          Tree changed = Tree.connect(zookeeper.connect())) {
        daemon.start();
        daemon.awaitFollowing();
        daemon.barrier();

        etcd.revoke("migrate", tree);
        changed.create("/admin/clusters/meanwhile", "{}".getBytes(UTF_8));

        daemon.await(
            "reports what is denied", s -> s.path("health").toString().contains("below /admin"));
        assertThat(daemon.status().path("health").toString())
            .contains("etcd denies requests: ", "no permission to read and write below /admin")
            .contains("ETCD_DENIED", "grant it to a role of user migrate")
            .doesNotContain("has not answered");
        assertThat(daemon.send("GET", "/readyz", "", false).body()).contains("below /admin");
        assertThat(daemon.send("GET", "/metrics", "", true).body())
            .contains("metamigrate_problem{cluster=\"demo\",id=\"ETCD_DENIED\"} 1.0")
            .containsPattern("metamigrate_errors_total\\{.*kind=\"denied\",store=\"etcd\"} [1-9]");

        etcd.grant("migrate", tree);
        daemon.await("is well again", s -> s.at("/health/state").asText().equals("ok"));
        daemon.barrier();

        etcd.changePassword("migrate", "another");
        changed.create("/admin/clusters/without-login", "{}".getBytes(UTF_8));

        daemon.await(
            "reports the refused login", s -> s.path("health").toString().contains("password"));
        assertThat(daemon.status().path("health").toString())
            .contains("ETCD_DENIED", "refuses the password of user 'migrate'")
            .doesNotContain("has not answered");

        etcd.changePassword("migrate", "secret-migrate");
        daemon.await("logs in again", s -> s.at("/health/state").asText().equals("ok"));
        daemon.barrier();
      }
    }
  }
}
