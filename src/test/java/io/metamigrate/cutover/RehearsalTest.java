package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Revision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cutover --dry-run} tries, finds and leaves alone. */
@Timeout(300)
final class RehearsalTest extends OnTwoStores {
  RehearsalTest() {
    super("30s");
  }

  @Test
  void findsNoBlockerAndWritesNothing() throws Exception {
    Revision before = bed.stores.keys().revision();
    String tree = tree();

    Rehearsal rehearsal = bed.rehearse(bed.configuration, false);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.text()).contains("no blockers", "of the outage: drain 0.", "skipACL=yes");
    assertThat(rehearsal.notVerifiable()).hasSize(1);
    assertThat(bed.driver.actions()).isEmpty();
    assertThat(bed.stores.keys().revision()).isEqualTo(before);
    assertThat(tree()).isEqualTo(tree);
  }

  @Test
  void timesAndRemovesScratchCopy() throws Exception {
    long keys = bed.keys();
    String tree = tree();

    Rehearsal rehearsal = bed.rehearse(bed.configuration, true);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.scratch().orElseThrow())
        .containsPattern("scratch copy: \\d\\d of \\d\\d nodes, .* All of it is removed again");
    assertThat(bed.keys()).isEqualTo(keys);
    assertThat(tree()).isEqualTo(tree);
    assertThat(bed.cutover(Strategy.ROLLING).done())
        .as("no change of a foreign writer's was seen")
        .isTrue();
  }

  @Test
  void smallEtcdGetsNoScratchCopy(@TempDir Path directory) throws Exception {
    try (EtcdServer small = EtcdServer.start(directory, "--quota-backend-bytes=67108864");
        TestBed other = new TestBed(directory, zookeeper, small, "30s")) {
      other.copy();
      Revision before = other.stores.keys().revision();

      Rehearsal rehearsal = other.rehearse(other.configuration, true);

      assertThat(rehearsal.scratch().orElseThrow())
          .contains("no scratch copy: etcd has used", "of 67,108,864 bytes");
      assertThat(other.stores.keys().revision()).isEqualTo(before);
    }
  }

  @Test
  void namesNodeThatItsProbeReportsStopped() throws Exception {
    bed.driver.hide(bed.bookies.get(1).id);

    assertThat(bed.rehearse(bed.configuration, false).obstacles())
        .containsExactly("probe: bookie " + bed.bookies.get(1).id + " does not run, by its probe");
  }

  @Test
  void namesUnusableHooks() throws Exception {
    Configuration hooked =
        with(
            """
            hooks:
              beforeStep: "/nowhere/announce now"
              afterStep: "if true; then"
              onFailure: "echo failed >/dev/null"
            """);

    assertThat(bed.rehearse(hooked, false).obstacles())
        .hasSize(2)
        .anyMatch(
            line ->
                line.equals(
                    "before-step hook: there is no program /nowhere/announce that could be"
                        + " executed"))
        .anyMatch(line -> line.startsWith("after-step hook: the shell does not understand it"));
  }

  /** The cutover's first step asks the same. */
  @Test
  void namesRootsAndLedgersOutOfScope() throws Exception {
    assertThat(bed.rehearse(with("scope: {exclude: [/admin]}\n"), false).obstacles())
        .anyMatch(line -> line.contains("the scope leaves out") && line.contains(" of /admin, "));
    assertThat(bed.rehearse(with("scope: {exclude: [/ledgers/cookies]}\n"), false).obstacles())
        .anyMatch(line -> line.contains("the scope leaves out") && line.contains(" of /ledgers, "));
  }

  @Test
  void namesPathsThatCannotBeFenced() throws Exception {
    bed.zk().setACL("/ledgers/idgen", world(Perms.ALL & ~Perms.ADMIN), -1);

    assertThat(bed.rehearse(bed.configuration, false).obstacles())
        .singleElement()
        .asString()
        .contains(": no right to change the access list at /ledgers/idgen");
  }

  @Test
  void namesBlockersOfTheCutover() throws Exception {
    bed.brokers.get(1).unhealthy = true;
    bed.put("/managed-ledgers/public/default/persistent/a", "x".getBytes(UTF_8));

    assertThat(bed.rehearse(bed.configuration, false).obstacles())
        .hasSize(2)
        .anyMatch(line -> line.contains("the health check of broker " + bed.brokers.get(1).id))
        .anyMatch(line -> line.contains("the stores differ: 0 missing, 0 extra, 1 different"));
  }

  @Test
  void distinguishesAFailedProbeFromAnUnknownState() throws Exception {
    bed.driver.setProbeResult(bed.bookies.get(0).id, StepOutcome.failed("no such host"));
    bed.driver.setProbeResult(bed.bookies.get(1).id, StepOutcome.notYet("cannot know"));

    Rehearsal rehearsal = bed.rehearse(bed.configuration, false);

    assertThat(rehearsal.obstacles()).containsExactly("probe: no such host");
    assertThat(rehearsal.notVerifiable())
        .contains(
            "whether these run, since their probe does not report it: bookie "
                + bed.bookies.get(1).id);
  }

  /** The hook replaces the access lists of the fence, and for nothing else. */
  @Test
  void hookReplacesOnlyThePermissionToFence() throws Exception {
    Configuration hooked = with("hooks: {fence: \"true\", unfence: \"true\"}\n");
    bed.zk().setACL("/ledgers/idgen", world(Perms.ALL & ~Perms.ADMIN), -1);
    bed.zk().setACL("/ledgers/available", world(Perms.ALL & ~Perms.DELETE), -1);
    bed.zk().setACL("/admin/clusters/c1", world(Perms.ALL & ~Perms.WRITE), -1);

    Rehearsal rehearsal = bed.rehearse(hooked, false);

    assertThat(rehearsal.obstacles())
        .singleElement()
        .asString()
        .contains(": no right to create and delete children at /ledgers/available;");
    assertThat(rehearsal.notVerifiable())
        .hasSize(2)
        .anyMatch(line -> line.contains(": no right to change the access list at /ledgers/idgen;"))
        .anyMatch(line -> line.startsWith("a rollback after the point of no return writes all"));
  }

  @Test
  void namesMissingEtcdPermissions(@TempDir Path directory) throws Exception {
    try (EtcdServer guarded = EtcdServer.start(directory);
        TestBed other = new TestBed(directory, zookeeper, guarded, "30s");
        Client client = Client.builder().endpoints(guarded.endpoint()).build()) {
      other.copy();
      Auth auth = client.getAuthClient();
      for (String name : List.of("root", "reader")) {
        auth.userAdd(bytes(name), bytes("secret")).get();
        auth.roleAdd(bytes(name)).get();
        auth.userGrantRole(bytes(name), bytes(name)).get();
      }
      auth.roleGrantPermission(bytes("reader"), bytes("\0"), bytes("\0"), Permission.Type.READ)
          .get();
      Path secret = Files.writeString(directory.resolve("secret"), "secret");
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
      Path file = other.fileWith("reader.yaml", "");
      String own = Files.readString(file);
      String user = "target: {user: reader, passwordFile: \"" + secret + "\", ";
      Configuration reading =
          Configuration.load(Files.writeString(file, own.replace("target: {", user)));
      auth.authEnable().get();
      try (Stores stores = Stores.open(reading)) {
        assertThat(other.rehearse(stores, reading, false).obstacles())
            .isNotEmpty()
            .allMatch(line -> line.startsWith("etcd: no permission to read and write"))
            .anyMatch(line -> line.contains(" below /ledgers;"));
      }
    }
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }

  private static List<ACL> world(int permissions) {
    return new ArrayList<>(List.of(new ACL(permissions, new Id("world", "anyone"))));
  }

  /** Everything that lasts in ZooKeeper, with values, versions and access lists. */
  private String tree() throws Exception {
    TreeMap<String, String> tree = new TreeMap<>();
    for (String path : bed.persistentNodes()) {
      Stat stat = new Stat();
      byte[] data = bed.zk().getData(path, false, stat);
      String value = data == null ? "" : new String(data, UTF_8);
      tree.put(path, value + stat.getMzxid() + bed.zk().getACL(path, new Stat()));
    }
    return tree.toString();
  }

  private Configuration with(String more) throws Exception {
    return Configuration.load(bed.fileWith("more-" + System.nanoTime() + ".yaml", more));
  }
}
