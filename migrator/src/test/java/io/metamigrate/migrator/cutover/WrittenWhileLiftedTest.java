package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.PlainNodes;
import io.metamigrate.migrator.cutover.CutoverState.LiftedFence;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WrittenWhileLiftedTest {
  /** The znode is of zxid 7, the key of revision 5; an empty value means that it is not there. */
  @ParameterizedTest
  @CsvSource({
    "/managed-ledgers/t/ns/persistent/a, new, old, 6, 4, changed",
    "/managed-ledgers/t/ns/persistent/a, new, old, 7, 4, none",
    "/managed-ledgers/t/ns/persistent/a, new,    , 6, 5, created",
    "/managed-ledgers/t/ns/persistent/a, new,    , 7, 5, none",
    "/managed-ledgers/t/ns/persistent/a,    , old, 7, 5, deleted",
    "/managed-ledgers/t/ns/persistent/a,    , old, 7, 4, none",
    "/managed-ledgers/t/ns/persistent,      ,  '', 7, 5, none",
    "/admin/policies/t/ns,               new, old, 6, 4, changed",
    "/schemas/t/ns/a,                       , old, 7, 5, deleted",
    "/ledgers/00/0000/L0005,                , old, 7, 5, deleted",
    "/loadbalance/broker-time-average/b, new, old, 6, 4, none",
    "/ledgers/underreplication/ledgers/a, new,   , 6, 4, none"
  })
  void namesWhatIsNewerThanTheLift(
      String path, String znode, String key, long zxid, long revision, String kind) {
    Pair pair = pair(path, znode, key);

    Optional<LateWrite> write =
        WrittenWhileLifted.of(
            pair, new LiftedFence(Map.of(Ensemble.LOCAL, new Zxid(zxid)), new Revision(revision)));

    assertThat(write.map(LateWrite::kind).orElse("none")).isEqualTo(kind);
  }

  /** The history of etcd may be compacted: the key of revision 5 still shows it, one gone does. */
  @ParameterizedTest
  @CsvSource({
    "/managed-ledgers/t/ns/persistent/a, new, old, 7, 4, true",
    "/managed-ledgers/t/ns/persistent/a, new, old, 7, 5, false",
    "/managed-ledgers/t/ns/persistent/a, new, old, 6, 4, true",
    "/managed-ledgers/t/ns/persistent/a,    , old, 7, 4, true",
    "/managed-ledgers/t/ns/persistent/a,    , old, 7, 5, false",
    "/managed-ledgers/t/ns/persistent/a, new,    , 7, 4, true",
    "/managed-ledgers/t/ns/persistent/a, new,    , 6, 4, false",
    "/loadbalance/broker-time-average/b, new, old, 7, 4, false"
  })
  void knowsWhatEtcdAloneHas(
      String path, String znode, String key, long zxid, long issued, boolean written) {
    Pair pair = pair(path, znode, key);
    boolean late =
        WrittenWhileLifted.of(
                pair,
                new CutoverState.LiftedFence(
                    Map.of(Ensemble.LOCAL, new Zxid(zxid)), new Revision(issued)))
            .isPresent();

    assertThat(WrittenWhileLifted.isWrittenOnEtcd(pair, new Revision(issued), late))
        .isEqualTo(written);
  }

  private static Pair pair(String path, String znode, String key) {
    return new Pair(
        new ZkPath(path),
        Optional.ofNullable(znode).map(data -> PlainNodes.znode(path, data)),
        Optional.ofNullable(key).map(data -> PlainNodes.key(path, data)));
  }
}
