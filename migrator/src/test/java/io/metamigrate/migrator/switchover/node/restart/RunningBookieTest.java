package io.metamigrate.migrator.switchover.node.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.side.StoreKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunningBookieTest {
  private static final Map<String, String> SUSPENDED =
      Map.of("gcWaitTime", "2073600000", "isForceGCAllowWhenNoSpace", "false");

  @Test
  void isSuspendedOnlyIfEverySettingIs() {
    assertThat(
            RunningBookie.settings(
                Map.of(
                    "metadataServiceUri",
                    "metadata-store:etcd:http://e:2379",
                    "gcWaitTime",
                    "2073600000",
                    "isForceGCAllowWhenNoSpace",
                    "false"),
                SUSPENDED))
        .isEqualTo(new NodeSettings(StoreKind.ETCD, false, "own"));
    assertThat(
            RunningBookie.settings(
                Map.of("gcWaitTime", "2073600000", "isForceGCAllowWhenNoSpace", "true"), SUSPENDED))
        .isEqualTo(new NodeSettings(StoreKind.ZOOKEEPER, true, "own"));
    assertThat(RunningBookie.settings(Map.of(), SUSPENDED).collectsGarbage()).isTrue();
  }
}
