package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NodeConfigurationTest {
  private static final NodeConfiguration OWN =
      NodeConfiguration.of(
          Map.of(
              "PULSAR_PREFIX_metadataStoreUrl", "zk:zk1:2181",
              "zookeeperServers", " ",
              "OPTS", "-Da=b -DtrustStorePassword=hunter2",
              "brokerClientAuthenticationParameters", "token:hunter2"),
          Map.of("ConfigMap broker", NodeConfiguration.digest("a")),
          Optional.of(3));

  @Test
  void settingHasItsOwnOrTheImageName() {
    assertThat(OWN.setting("metadataStoreUrl")).contains("zk:zk1:2181");
    assertThat(OWN.setting("zookeeperServers")).as("blank").isEmpty();
  }

  @Test
  void keepsNoSecret() {
    assertThat(OWN.toString()).doesNotContain("hunter2").contains("(hidden)", "-Da=b");
  }

  @Test
  void namesMissingSettings() {
    assertThat(OWN.firstMissing(given("zk:zk1:2181", Set.of("zookeeperServers"), "-Da=b")))
        .isEmpty();
    assertThat(OWN.firstMissing(given("etcd:e", Set.of(), "-Da=b")))
        .contains("metadataStoreUrl is \"zk:zk1:2181\" and not \"etcd:e\"");
    assertThat(OWN.firstMissing(given("zk:zk1:2181", Set.of("metadataStoreUrl2"), "-Dc=d")))
        .contains("the JVM option -Dc=d is not there");
    assertThat(
            OWN.firstMissing(
                Settings.of(Map.of(), Set.of("metadataStoreUrl"), Set.of(), List.of())))
        .contains("metadataStoreUrl is still set");
    assertThat(NodeConfiguration.unknown("no").firstMissing(given("etcd:e", Set.of(), "-Dx=y")))
        .isEmpty();
  }

  @Test
  void namesChangedSettings() {
    NodeConfiguration now =
        NodeConfiguration.of(
            Map.of("PULSAR_PREFIX_metadataStoreUrl", "zk:other", "zookeeperServers", " "),
            Map.of("ConfigMap broker", NodeConfiguration.digest("b")),
            Optional.of(2));

    assertThat(OWN.differences(OWN)).isEmpty();
    assertThat(now.differences(OWN))
        .containsExactly(
            "OPTS",
            "PULSAR_PREFIX_metadataStoreUrl",
            "brokerClientAuthenticationParameters",
            "content of ConfigMap broker",
            "JVM options",
            "replicas");
    assertThat(now.differences(NodeConfiguration.unknown("no"))).isEmpty();
  }

  private static Settings given(String url, Set<String> remove, String option) {
    return Settings.of(Map.of("metadataStoreUrl", url), remove, Set.of(), List.of(option));
  }
}
