package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.QuotedOutput;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.cutover.fence.ZooKeeperRights;
import io.metamigrate.migrator.cutover.fence.ZooKeeperRights.RightsReport;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Access lists of a real ZooKeeper, checked without changing anything. */
@Timeout(120)
final class ZooKeeperRightsTest {
  private static final ZkPath COUNTER = new ZkPath("/counters/producer-name");
  private static final List<ZkPath> FENCE = List.of(COUNTER);

  @TempDir Path folder;

  @Test
  void reportsAdminPermission() throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.start(folder)) {
      fill(server, Perms.ALL & ~Perms.ADMIN);

      assertThat(found(server, Optional.empty()).missing())
          .containsExactly(noRight(server, "change the access list"));
      assertThat(found(server, Optional.of("alice:wrong")).missing())
          .containsExactly(noRight(server, "change the access list"));
      RightsReport owner = found(server, Optional.of("alice:secret"));
      assertThat(owner.missing()).isEmpty();
      assertThat(owner.notVerifiable()).isEmpty();
    }
  }

  private static String noRight(ZooKeeperServer server, String what) {
    return "ZooKeeper at %s: no right to %s at %s; grant it to the user of source.sasl"
        .formatted(server.connect(), what, COUNTER);
  }

  @Test
  void reportsPathsThatARollbackCannotWrite() throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.start(folder)) {
      fill(server, Perms.READ);
      try (ZooKeeperConnection connection = open(server, Optional.empty())) {
        ZooKeeperRights rights = new ZooKeeperRights(connection);

        assertThat(rights.forRollback(List.of(COUNTER, new ZkPath("/counters"))).missing())
            .containsExactly(noRight(server, "write and create and delete children"));
      }
    }
  }

  /** The server reports the address of a session. */
  @Test
  void anAddressIsAnIdentity() throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.start(folder)) {
      fill(server, Perms.READ, new ACL(Perms.ALL, new Id("ip", "127.0.0.1")));

      assertThat(found(server, Optional.empty()).missing()).isEmpty();
    }
  }

  @Test
  void checksParentsOfCreatedNodes() throws Exception {
    ZkPath bookies = new ZkPath("/ledgers/available");
    ZkPath readOnly = bookies.child("readonly");
    ZkPath more = new ZkPath("/ledgers/underreplication");
    try (ZooKeeperServer server = ZooKeeperServer.start(folder);
        ZooKeeperConnection connection = open(server, Optional.empty())) {
      ZooKeeper client = connection.client();
      for (ZkPath path : List.of(new ZkPath("/ledgers"), bookies, readOnly, more)) {
        client.create(path.value(), TestBed.NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      }
      ZooKeeperRights rights = new ZooKeeperRights(connection);
      assertThat(rights.forCutover(List.of(), List.of(more)).missing()).isEmpty();
      for (String path : List.of("/", bookies.value(), readOnly.value(), more.value())) {
        client.setACL(path, acl(Perms.ALL & ~Perms.CREATE), -1);
      }

      // The fence's paths may be among them.
      assertThat(rights.forCutover(List.of(more), List.of(more)).missing())
          .hasSize(4)
          .allMatch(line -> line.contains("no right to create and delete children"))
          .anyMatch(line -> line.contains(" at /;"))
          .anyMatch(line -> line.contains(" at /ledgers/available;"))
          .anyMatch(line -> line.contains(" at /ledgers/available/readonly;"))
          .anyMatch(
              line -> line.contains("and change the access list at /ledgers/underreplication;"));
      client.create("/ledgers/idgen", TestBed.NOTHING, acl(Perms.READ), CreateMode.PERSISTENT);
      QuotedOutput.assertPrinted(
          "runbooks/secured-stores.md",
          "ZooKeeperRightsTest#checksParentsOfCreatedNodes",
          String.join(
                  "\n",
                  rights.forCutover(List.of(new ZkPath("/ledgers/idgen")), List.of()).missing())
              .replace(server.connect(), "zk1:2181"));
    }
  }

  /** Who may neither read nor administer a node is not shown its list. */
  @Test
  void hiddenAccessListGrantsNothing() throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.start(folder)) {
      fill(server, Perms.DELETE);

      assertThat(found(server, Optional.empty()).missing())
          .containsExactly(noRight(server, "change the access list"));
    }
  }

  @Test
  void anOldServerCannotReportTheClientsIdentity() throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.startBeforeMultiReads(folder)) {
      fill(server, Perms.READ);

      RightsReport unprivileged = found(server, Optional.empty());
      assertThat(unprivileged.missing()).isEmpty();
      assertThat(unprivileged.notVerifiable())
          .hasSize(1)
          .first()
          .asString()
          .contains("/counters/producer");
      assertThat(found(server, Optional.of("alice:secret")).notVerifiable()).isEmpty();
    }
  }

  private static RightsReport found(ZooKeeperServer server, Optional<String> digest) {
    try (ZooKeeperConnection connection = open(server, digest)) {
      return new ZooKeeperRights(connection).forCutover(FENCE, List.of());
    }
  }

  private static ZooKeeperConnection open(ZooKeeperServer server, Optional<String> digest) {
    return ZooKeeperConnection.open(
        new ZooKeeperSettings(server.connect(), digest, Map.of(), Duration.ofSeconds(20)));
  }

  /** One node that is alice's, and the world's with these permissions. */
  private static void fill(ZooKeeperServer server, int world, ACL... more) throws Exception {
    try (ZooKeeperConnection connection = open(server, Optional.empty())) {
      ZooKeeper client = connection.client();
      client.create("/counters", TestBed.NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      List<ACL> acls = acl(world);
      acls.add(new ACL(Perms.ALL, new Id("digest", hash("alice:secret"))));
      acls.addAll(List.of(more));
      client.create(COUNTER.value(), TestBed.NOTHING, acls, CreateMode.PERSISTENT);
    }
  }

  private static List<ACL> acl(int world) {
    return new ArrayList<>(List.of(new ACL(world, new Id("world", "anyone"))));
  }

  private static String hash(String userAndPassword) throws Exception {
    return DigestAuthenticationProvider.generateDigest(userAndPassword);
  }
}
