package io.metamigrate.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.store.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of etcd, and what the daemon trusts, are exchanged under a running daemon. */
@Tag("campaign")
@Timeout(300)
final class RotatedCertificatesCampaignTest {
  @Test
  void daemonReportsWhatItDoesNotTrustAndResumesOnceItDoes(@TempDir Path directory)
      throws Exception {
    Certificates ours = new Certificates(directory.resolve("ours"), "our-ca");
    Certificates newer = new Certificates(directory.resolve("newer"), "new-ca");
    Certificates.CertifiedKey own = ours.issue("server");
    Path trust = Files.copy(ours.trust(), directory.resolve("trust.pem"));
    try (ZooKeeperServer zookeeper = ZooKeeperServer.start(directory);
        SecuredEtcd etcd = SecuredEtcd.encrypted(directory, own)) {
      PulsarTree.fill(zookeeper.connect(), PulsarTree.SMALLEST, 1).close();
      String yaml =
          """
          cluster: {name: demo, pulsarVersion: 3.0.8}
          source: {zookeeper: "%s"}
          target: {etcd: ["%s"], tls: {trust: "%s"}, lockTtl: 5s}
          """
              .formatted(zookeeper.connect(), etcd.endpoint(), trust);
      String[] accepting = {"--accept", "ETCD_TLS_UNSUPPORTED"};
      try (MigrateProcess daemon =
          MigrateProcess.of("daemon", directory, 192, yaml, accepting).start()) {
        daemon.awaitFollowing();

        replace(newer.issue("server"), own);
        etcd.restart();
        daemon.await("names the authority", status -> problems(status).contains("new-ca"));
        assertThat(daemon.status().at("/canCutover/now").asBoolean(true)).isFalse();
        CommandLineRun verify = verify(daemon);
        assertThat(verify.code()).as(verify.toString()).isEqualTo(5);
        assertThat(verify.err().lines()).singleElement().asString().contains("new-ca");

        try (Tree tree = Tree.connect(zookeeper.connect())) {
          tree.create("/admin/policies/meanwhile", new byte[] {1});
        }
        Files.copy(newer.trust(), trust, StandardCopyOption.REPLACE_EXISTING);
        daemon.await("is well", status -> status.at("/health/state").asText().equals("ok"));
        daemon.barrier();
        verify = verify(daemon);
        assertThat(verify.code()).as(verify.toString()).isZero();
      }
    }
  }

  private static CommandLineRun verify(MigrateProcess daemon) {
    return CommandLineRun.migrate("verify", "--config", daemon.config().toString());
  }

  private static String problems(JsonNode status) {
    return status.at("/health/problems").toString();
  }

  private static void replace(Certificates.CertifiedKey by, Certificates.CertifiedKey own)
      throws Exception {
    Files.copy(by.certificate(), own.certificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(by.key(), own.key(), StandardCopyOption.REPLACE_EXISTING);
  }
}
