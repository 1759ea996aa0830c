package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.store.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --versions exact}: a key's version is its znode's plus one, and stays so. */
final class ExactVersionsTest {
  private static final String HOT = "/x-hot";
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final String[] EXACT = {"--versions", "exact"};

  @Test
  @Tag("campaign")
  void reachesAndKeepsExactVersions(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        Tree tree = Tree.connect(lab.zookeeper().connect())) {
      ZooKeeper client = tree.client();
      client.create(HOT, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      for (int i = 0; i < 300; i++) {
        client.setData(HOT, ("value " + i).getBytes(UTF_8), -1);
      }
      MigrateProcess daemon = lab.daemon("daemon").start();
      MigrateProcess exact = lab.daemon("exact", EXACT);
      try (Load load = lab.load(300)) {
        daemon.awaitFollowing();
        daemon.barrier();
        daemon.process().stop();
        assertThat(lab.keys().version(HOT)).isEqualTo(1);
        assertThat(inspected(lab)).isEqualTo(301);
        assertThat(verified(lab).path("different").asLong()).isPositive();

        // The same copy continues with exact versions, killed in the middle of getting there.
        exact.start();
        await("some are put").atMost(TIMEOUT).until(() -> lab.keys().version(HOT) > 1);
        exact.process().kill();
        lab.admin().endLease("metamigrate/lock");
        exact.start().awaitFollowing();
        exact.barrier();
        // Created again, it starts again; both may be seen as one change.
        client.delete(HOT, -1);
        client.create(HOT, "again".getBytes(UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        client.setData(HOT, "and again".getBytes(UTF_8), -1);
        exact.barrier();
        assertThat(lab.keys().version(HOT)).isEqualTo(2);
        exact.await("has verified", s -> s.path("lastVerification").path("consistent").asBoolean());
        assertThat(load.accepted()).isPositive();
      }
      lab.assertEqualAtTheBarrier(exact, EXACT);
    }
  }

  private static JsonNode verified(FollowLab lab) throws IOException {
    CommandLineRun verify = lab.migrate("verify", EXACT);
    assertThat(verify.code()).isEqualTo(6);
    assertThat(verify.json().path("differences").toString()).contains("asks for");
    return verify.json();
  }

  private static long inspected(FollowLab lab) throws IOException {
    return lab.migrate("inspect", HOT).json().at("/etcd/exactVersion").asLong();
  }
}
