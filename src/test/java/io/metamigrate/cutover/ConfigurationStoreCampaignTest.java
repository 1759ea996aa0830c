package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.store.Tree;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Pulsar cluster whose policies are in a ZooKeeper of their own goes to one etcd, works
 * there, and returns to both; real brokers keep their nodes where the catalogue expects them.
 */
@Timeout(1200)
@Tag("campaign")
final class ConfigurationStoreCampaignTest {
  @TempDir Path folder;

  @Test
  void pulsar2100OnTwoZooKeepersGoesToOneEtcdAndBack() throws Exception {
    thereAndBack("2.10.0");
  }

  @Test
  void pulsar307OnTwoZooKeepersGoesToOneEtcdAndBack() throws Exception {
    thereAndBack("3.0.7");
  }

  @Test
  void pulsar400OnTwoZooKeepersGoesToOneEtcdAndBack() throws Exception {
    thereAndBack("4.0.0");
  }

  private void thereAndBack(String version) throws Exception {
    try (PulsarBed bed = PulsarBed.startWithConfigurationStore(folder, version, 3, 2)) {
      assertThat(misplaced(bed)).isEmpty();

      RealWindowTest.thereAndBack(bed);

      assertThat(misplaced(bed)).isEmpty();
    }
  }

  /** Znodes below /admin that the catalogue has in the other ensemble. */
  private static List<String> misplaced(PulsarBed bed) throws Exception {
    List<String> misplaced = new ArrayList<>();
    try (Tree local = Tree.connect(bed.localStore());
        Tree configuration = Tree.connect(bed.configurationStore())) {
      below(local.client()).stream()
          .filter(path -> Catalogue.ensembleOf(new ZkPath(path)) == Ensemble.CONFIGURATION)
          .forEach(path -> misplaced.add(path + " in the local store"));
      Set<String> shared = below(configuration.client());
      shared.stream()
          .filter(path -> Catalogue.ensembleOf(new ZkPath(path)) == Ensemble.LOCAL)
          .forEach(path -> misplaced.add(path + " in the configuration store"));
      assertThat(shared).isNotEmpty();
    }
    return misplaced;
  }

  private static Set<String> below(ZooKeeper client) throws Exception {
    Set<String> found = new TreeSet<>();
    moveThereAndBack(client, "/admin", found);
    return found;
  }

  private static void moveThereAndBack(ZooKeeper client, String path, Set<String> found)
      throws Exception {
    try {
      for (String name : client.getChildren(path, false)) {
        found.add(path + "/" + name);
        moveThereAndBack(client, path + "/" + name, found);
      }
    } catch (KeeperException.NoNodeException e) {
      // A container may be reaped meanwhile.
    }
  }
}
