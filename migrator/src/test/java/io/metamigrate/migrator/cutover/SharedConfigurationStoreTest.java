package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.SharedConfigurationStore.ChangeOrigin;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharedConfigurationStoreTest {
  private static final ZkPath PATH = new ZkPath("/admin/policies/t/ns");
  private static final SharedConfigurationStore STORE =
      new SharedConfigurationStore(new Zxid(100), new Revision(50), Set.of());

  /** Zero means that nothing is there. */
  @ParameterizedTest
  @CsvSource({
    "100, 51, LOCAL",
    "100, 0, LOCAL",
    "0, 51, LOCAL",
    "101, 50, REMOTE",
    "101, 0, REMOTE",
    "0, 50, REMOTE",
    "101, 51, CONFLICT"
  })
  void attributesADifferenceToTheSideThatWroteSinceTheCommit(
      long mzxid, long modRevision, ChangeOrigin claim) {
    Optional<Znode> znode =
        Optional.of(mzxid).filter(zxid -> zxid > 0).map(SharedConfigurationStoreTest::znode);
    Optional<EtcdEntry> key =
        Optional.of(modRevision)
            .filter(revision -> revision > 0)
            .map(SharedConfigurationStoreTest::key);

    assertThat(STORE.of(new Pair(PATH, znode, key))).isEqualTo(claim);
  }

  private static Znode znode(long mzxid) {
    NodeData data = NodeData.of("{}".getBytes(UTF_8));
    Zxid created = new Zxid(7);
    return new Znode(
        PATH, data, created, new Zxid(mzxid), created, 1, 0, 0, 0, Ensemble.CONFIGURATION);
  }

  private static EtcdEntry key(long modRevision) {
    NodeData data = NodeData.of("{\"a\":1}".getBytes(UTF_8));
    return new EtcdEntry(PATH, data, new Revision(3), new Revision(modRevision), 1, 0);
  }
}
