package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ImageEnvironmentTest {
  @Test
  void writesEachSettingInBothForms() {
    Settings settings = Settings.of(Map.of("metadataServiceUri", "u"), Set.of());

    assertThat(ImageEnvironment.of(settings, List.of()))
        .containsExactly(
            entry("PULSAR_PREFIX_metadataServiceUri", "u"), entry("metadataServiceUri", "u"));
  }

  @Test
  void removedSettingIsEmptyAndRestoredOneIsAbsent() {
    Settings settings =
        Settings.of(Map.of(), Set.of("zookeeperServers"), Set.of("gcWaitTime"), List.of());

    assertThat(ImageEnvironment.of(settings, List.of()))
        .containsExactly(
            entry("PULSAR_PREFIX_zookeeperServers", ""), entry("zookeeperServers", ""));
  }

  @Test
  void addsOptionsOnce() {
    Settings settings =
        Settings.of(Map.of(), Set.of(), Set.of(), List.of("-Da=b", "-Dmine=1", "-Dc=d"));

    assertThat(ImageEnvironment.of(settings, List.of(Map.of("OPTS", "-Dmine=1 -Xx"))))
        .containsExactly(entry("OPTS", "-Dmine=1 -Xx -Da=b -Dc=d"));
    assertThat(ImageEnvironment.of(settings, List.of(Map.of("OPTS", "-Da=b -Dmine=1 -Dc=d"))))
        .isEmpty();
  }

  @Test
  void skipsSettingThatAllFilesHave() {
    Settings settings = Settings.of(Map.of("metadataServiceUri", "u"), Set.of());

    assertThat(ImageEnvironment.of(settings, List.of(Map.of("metadataServiceUri", "u")))).isEmpty();
    assertThat(
            ImageEnvironment.of(settings, List.of(Map.of("PULSAR_PREFIX_metadataServiceUri", "u"))))
        .isEmpty();
  }

  @Test
  void writesSettingThatSomeFilesLack() {
    Settings settings = Settings.of(Map.of("metadataServiceUri", "u"), Set.of());
    Map<String, String> echoed = Map.of("metadataServiceUri", "u");

    for (List<Map<String, String>> own :
        List.of(
            List.of(echoed, Map.<String, String>of()),
            List.of(echoed, Map.of("metadataServiceUri", "v")),
            List.of(Map.of("metadataServiceUri", "u", "PULSAR_PREFIX_metadataServiceUri", "v")))) {
      assertThat(ImageEnvironment.of(settings, own)).hasSize(2);
    }
  }
}
