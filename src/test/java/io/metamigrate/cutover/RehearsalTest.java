package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.verifier.store.Revision;
import java.nio.file.Path;
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
  void findsNothingInTheWayAndWritesNothing() throws Exception {
    Revision before = bed.stores.keys().revision();
    String tree = tree();

    Rehearsal rehearsal = bed.rehearse(bed.configuration, false);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.text())
        .contains("nothing stands in the way", "of the outage: drain 0.", "skipACL=yes");
    assertThat(rehearsal.untold()).hasSize(1);
    assertThat(bed.driver.actions()).isEmpty();
    assertThat(bed.stores.keys().revision()).isEqualTo(before);
    assertThat(tree()).isEqualTo(tree);
  }

  @Test
  void aScratchCopyIsTimedAndRemoved() throws Exception {
    long keys = bed.keys();
    String tree = tree();

    Rehearsal rehearsal = bed.rehearse(bed.configuration, true);

    assertThat(rehearsal.obstacles()).isEmpty();
    assertThat(rehearsal.scratch().orElseThrow())
        .containsPattern("scratch copy: \\d\\d of \\d\\d nodes, .* all of it removed again");
    assertThat(bed.keys()).isEqualTo(keys);
    assertThat(tree()).isEqualTo(tree);
    assertThat(bed.cutover(Strategy.ROLLING).done())
        .as("no change of a foreign writer's was seen")
        .isTrue();
  }

  @Test
  void aSmallEtcdGetsNoScratchCopy(@TempDir Path directory) throws Exception {
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
  void namesANodeThatDoesNotRunByItsProbe() throws Exception {
    bed.driver.hide(bed.bookies.get(1).id);

    assertThat(bed.rehearse(bed.configuration, false).obstacles())
        .containsExactly("probe: bookie " + bed.bookies.get(1).id + " does not run, by its probe");
  }

  @Test
  void namesHooksThatCouldNotRun() throws Exception {
    Configuration hooked =
        Configuration.load(
            bed.fileWith(
                "hooked-" + System.nanoTime() + ".yaml",
                """
                hooks:
                  beforeStep: "/nowhere/announce now"
                  afterStep: "if true; then"
                  onFailure: "echo failed >/dev/null"
                """));

    assertThat(bed.rehearse(hooked, false).obstacles())
        .hasSize(2)
        .anyMatch(
            line ->
                line.equals(
                    "before-step hook: there is no program /nowhere/announce that could be executed"))
        .anyMatch(line -> line.startsWith("after-step hook: the shell does not understand it"));
  }

  @Test
  void namesWhereTheFenceCouldNotStand() throws Exception {
    bed.zk()
        .setACL(
            "/ledgers/idgen",
            new ArrayList<>(List.of(new ACL(Perms.ALL & ~Perms.ADMIN, new Id("world", "anyone")))),
            -1);

    assertThat(bed.rehearse(bed.configuration, false).obstacles())
        .singleElement()
        .asString()
        .contains(": no right to change the access list at /ledgers/idgen");
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
}
