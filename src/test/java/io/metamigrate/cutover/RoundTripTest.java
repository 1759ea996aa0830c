package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.io.FileUtils;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tree that was taken to etcd and back is the same tree, and so is the next copy of it. */
@Timeout(600)
final class RoundTripTest extends TwoStores {
  private static final int TIMES = 3;
  private static final String NAMES = "/kop/round-trip";
  private static final String NULL = "(null)";

  @Test
  void treeIsEqualAfterThreeRoundTrips() throws Exception {
    try (TestBed bed = new TestBed(folder, zookeeper, etcd, "30s")) {
      plant(bed);
      Map<String, String> tree = tree(bed);
      bed.copy();
      Map<String, String> copy = keys(bed);
      assertThat(tree).hasSizeGreaterThan(300);
      assertThat(tree).containsEntry(NAMES + "/null", NULL).containsEntry(NAMES, "");
      assertThat(copy).isEqualTo(expectedKeys(tree));

      Path before = copyOfEtcd();
      for (int i = 1; i <= TIMES; i++) {
        Strategy strategy = i % 2 == 1 ? Strategy.STOP_ALL : Strategy.ROLLING;
        assertThat(bed.cutover(strategy).done()).isTrue();
        if (i == 1) {
          assertEtcdFromBeforeIsRefused(bed.configuration, before);
        }
        emptyOnEtcd(tree, copy);
        assertThat(bed.rollback().text()).contains("phase RolledBack");
        assertThat(tree(bed)).as("ZooKeeper after move %d there and back", i).isEqualTo(tree);
        bed.copy();
        assertThat(keys(bed)).as("etcd after copy %d", i + 1).isEqualTo(copy);
      }
    }
  }

  /** As a broker there would: ZooKeeper gets empty values, and no null, which it never had. */
  private static void emptyOnEtcd(Map<String, String> tree, Map<String, String> copy)
      throws Exception {
    for (String path : List.of(NAMES + "/made-on-etcd", "/kop/x")) {
      new EtcdKeys(etcd.endpoint()).put(path, new byte[0]);
      tree.put(path, "");
      copy.put(path, "");
    }
  }

  /** As a backup from before the window. */
  private static Path copyOfEtcd() throws Exception {
    Path before = folder.resolve("before");
    etcd.process().freeze();
    FileUtils.copyDirectory(
        folder.resolve("etcd-0/data").toFile(), before.resolve("etcd-0/data").toFile());
    etcd.process().thaw();
    return before;
  }

  /** By the epoch that the cutover left in ZooKeeper: it would be copied to as at a beginning. */
  private static void assertEtcdFromBeforeIsRefused(Configuration configuration, Path before)
      throws Exception {
    try (EtcdServer restored = EtcdServer.start(before)) {
      long revision = new EtcdKeys(restored.endpoint()).revision();
      for (String command : List.of("plan", "verify", "run --once", "run --once --rehearsal")) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("--zookeeper", configuration.requireZooKeeper().toString()));
        words.addAll(List.of("--etcd", restored.endpoint()));
        CommandLineRun refused = CommandLineRun.migrate(words.toArray(String[]::new));
        assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
        assertThat(refused.err()).contains("TARGET_WENT_BACK", "epoch");
      }
      assertThat(new EtcdKeys(restored.endpoint()).revision()).isEqualTo(revision);
    }
  }

  private static void plant(TestBed bed) throws Exception {
    bed.create(NAMES, TestBed.NOTHING);
    Set<String> names =
        new TreeSet<>(List.of("...", ".a", "a.", "a..b", "%2F", "\ud7ff", "\uf900", "\uffef"));
    for (int c = ' '; c < 0xfff0; c += c < 0x180 ? 1 : 251) {
      names.add("" + (char) c);
      names.add("x" + (char) c + "y");
    }
    for (String name : names) {
      if (isLegal(name)) {
        bed.create(NAMES + "/" + name, name.getBytes(UTF_8));
      }
    }
    bed.create(NAMES + "/" + "long".repeat(100), TestBed.NOTHING);
    bed.create(NAMES + "/every-byte", everyByte());
    make(bed, NAMES + "/null", null, CreateMode.PERSISTENT);
    make(bed, NAMES + "/container", "data".getBytes(UTF_8), CreateMode.CONTAINER);
    make(bed, NAMES + "/container/child", TestBed.NOTHING, CreateMode.PERSISTENT);
    make(bed, NAMES + "/empty-container", TestBed.NOTHING, CreateMode.CONTAINER);
    make(bed, "/managed-ledgers/round", TestBed.NOTHING, CreateMode.CONTAINER);
    make(bed, "/managed-ledgers/round/trip", null, CreateMode.CONTAINER);
    bed.create("/ledgers/00/0001/L0001", bed.ledger(bed.bookies.get(0).id));
    bed.create("/ledgers/000/0000/0042/9496/L7296", bed.ledger(bed.bookies.get(0).id));
    bed.create("/kop/x", "of a plugin".getBytes(UTF_8));
  }

  private static boolean isLegal(String name) {
    try {
      PathUtils.validatePath("/" + name);
      return name.indexOf('/') < 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] everyByte() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return all;
  }

  private static void make(TestBed bed, String path, byte @Nullable [] data, CreateMode mode)
      throws KeeperException, InterruptedException {
    bed.zk().create(path, data, new ArrayList<>(Ids.OPEN_ACL_UNSAFE), mode);
  }

  /** Without what sessions own, counters, and the move's own nodes. */
  private static Map<String, String> tree(TestBed bed)
      throws KeeperException, InterruptedException {
    Map<String, String> tree = new TreeMap<>();
    for (String path : bed.persistentNodes()) {
      if (isCarried(path)) {
        byte[] data = bed.zk().getData(path, false, new Stat());
        tree.put(path, data == null ? NULL : Base64.getEncoder().encodeToString(data));
      }
    }
    return tree;
  }

  /** One key for each node that is copied, with its bytes; etcd has no null. */
  private static Map<String, String> expectedKeys(Map<String, String> tree) {
    Map<String, String> keys = new TreeMap<>();
    tree.forEach(
        (path, data) -> {
          if (Catalogue.of(new ZkPath(path)).action() == Action.COPY) {
            keys.put(path, data.equals(NULL) ? "" : data);
          }
        });
    return keys;
  }

  private static Map<String, String> keys(TestBed bed) {
    Map<String, String> keys = new TreeMap<>();
    for (EtcdEntry entry : bed.stores.keys().range("/", "0", Optional.empty())) {
      if (isCarried(entry.path().value())) {
        keys.put(entry.path().value(), Base64.getEncoder().encodeToString(entry.data().bytes()));
      }
    }
    return keys;
  }

  private static boolean isCarried(String path) {
    ZkPath at = new ZkPath(path);
    return Catalogue.of(at).action() != Action.SEED && !path.startsWith("/metamigrate");
  }
}
