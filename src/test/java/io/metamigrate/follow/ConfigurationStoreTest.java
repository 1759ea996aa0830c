package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.store.Tree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration metadata live in another ZooKeeper: both are followed into one etcd. */
final class ConfigurationStoreTest {
  private static final String TENANT = "/admin/policies/configured";
  private static final String BOTH = "/admin/clusters/demo";

  @Test
  @Tag("campaign")
  void followsBothStoresIntoOneEtcd(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        ZooKeeperServer second = ZooKeeperServer.start(directory.resolve("configuration"));
        Tree localTree = Tree.connect(lab.zookeeper().connect());
        Tree configurationTree = Tree.connect(second.connect())) {
      ZooKeeper local = localTree.client();
      ZooKeeper configuration = configurationTree.client();
      String[] flags = {"--configuration-zookeeper", second.connect()};
      configurationTree.create(TENANT, bytes("tenant"));
      configurationTree.create(BOTH, bytes("another address"));

      // What both hold differently has no right value on etcd.
      MigrateProcess daemon = lab.daemon("daemon", flags).start();
      assertThat(daemon.awaitEnd()).isEqualTo(3);
      assertThat(daemon.log()).contains("CONFIGURATION_STORE_CONFLICT").contains(BOTH);
      configuration.setData(BOTH, local.getData(BOTH, false, null), -1);

      // What other clusters use, too, forks when this one leaves.
      configurationTree.create("/admin/clusters/other", bytes("another cluster"));
      assertThat(daemon.start().awaitEnd()).isEqualTo(3);
      assertThat(daemon.log()).contains("CONFIGURATION_STORE_SHARED").contains("other");
      assertThat(lab.keys().count("/")).isZero();

      MigrateProcess accepting =
          lab.daemon("accepting", flags[0], flags[1], "--accept", "CONFIGURATION_STORE_SHARED");
      try (Load load = lab.load(200)) {
        accepting.start().awaitFollowing();
        configurationTree.create(TENANT + "/ns", bytes("namespace"));
        configuration.setData(TENANT, bytes("changed"), -1);
        localTree.create("/admin/local-policies/configured/ns", bytes("bundles"));
        accepting.barrier();
        assertThat(lab.admin().text(TENANT)).isEqualTo("changed");
        assertThat(lab.admin().text(TENANT + "/ns")).isEqualTo("namespace");
        assertThat(lab.admin().text("/admin/local-policies/configured/ns")).isEqualTo("bundles");

        configuration.delete(TENANT + "/ns", -1);
        // A store that goes away and comes back: what it changed meanwhile is not missed.
        second.process().kill();
        accepting.await("waits", s -> accepting.reasons().contains("ZooKeeper"));
        second.start();
        accepting.barrier();
        assertThat(lab.keys().exists(TENANT + "/ns")).isFalse();
        assertThat(load.accepted()).isPositive();
      }
      lab.assertEqualAtTheBarrier(accepting, flags);
      // Without the second store its keys would be extra, and be deleted.
      accepting.process().stop();
      long keys = lab.keys().count("/");
      for (String command : List.of("verify", "plan", "run --once --rehearsal")) {
        String[] words = command.split(" ", -1);
        CommandLineRun refused = lab.migrate(words[0], Arrays.copyOfRange(words, 1, words.length));
        assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
        assertThat(refused.toString()).contains("SOURCE_IS_ANOTHER", "configurationZookeeper");
      }
      assertThat(lab.keys().count("/")).isEqualTo(keys);
    }
  }

  /** It has an identity of its own. */
  @Test
  @Tag("campaign")
  void emptyConfigurationStoreDeletesNothing(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        ZooKeeperServer second = ZooKeeperServer.start(directory.resolve("configuration"))) {
      second.process().stop();
      Path data = directory.resolve("configuration/zookeeper-1/data");
      FileUtils.copyDirectory(data.toFile(), directory.resolve("empty").toFile());
      second.start();
      try (Tree tree = Tree.connect(second.connect())) {
        tree.create(TENANT, bytes("tenant"));
      }
      MigrateProcess daemon =
          lab.daemon("daemon", "--configuration-zookeeper", second.connect()).start();
      daemon.awaitFollowing();
      daemon.barrier();
      assertThat(lab.keys().exists(TENANT)).isTrue();

      second.process().kill();
      FileUtils.deleteDirectory(data.toFile());
      FileUtils.copyDirectory(directory.resolve("empty").toFile(), data.toFile());
      second.start();

      assertThat(daemon.awaitEnd()).isEqualTo(3);
      assertThat(daemon.log()).contains("SOURCE_WENT_BACK");
      assertThat(lab.keys().exists(TENANT)).isTrue();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
