package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.migrator.replay.ScratchKeys;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ScratchKeysTest extends WithEtcd {
  private static final int KEYS = 1_234;

  @Test
  void readsBackAndRemovesItsKeys() {
    Map<ZkPath, NodeData> put = new TreeMap<>();
    Map<ZkPath, NodeData> read = new TreeMap<>();
    try (ScratchKeys scratch = new ScratchKeys(etcd.connection(), 4)) {
      for (int i = 0; i < KEYS; i++) {
        put.put(new ZkPath("/ledgers/" + i), NodeData.of(("value " + i).getBytes(UTF_8)));
      }
      put.forEach(scratch::put);
      scratch.flush();
      scratch.raise(10);
      scratch.read(read::put);
      assertThat(keys()).isEqualTo(KEYS + 1);
      assertThat(etcd.paths()).isEmpty();
    }
    assertThat(read).isEqualTo(put);
    assertThat(keys()).isZero();
  }

  @Test
  void leaseRemovesKeysOfAKilledProcess() {
    try (EtcdConnection killed = EtcdConnection.open(EtcdSettings.of(etcd.server().endpoint()))) {
      ScratchKeys left = new ScratchKeys(killed, 4);
      left.put(new ZkPath("/ledgers"), NodeData.EMPTY);
      left.flush();
      assertThat(keys()).isEqualTo(1);
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> keys() == 0);
  }

  private static long keys() {
    return new EtcdReader(etcd.connection()).countAll();
  }
}
