package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TemplateLayerTest {
  private static final Set<String> NAMES = Set.of("metadataServiceUri", "gcWaitTime");

  @Test
  void appliesToTheConfiguredContainer() {
    StatefulSet set = set();

    TemplateLayer.put(set, NAMES, Map.of("gcWaitTime", "1"), Optional.empty());

    assertThat(environment(set, 0)).isEmpty();
    assertThat(environment(set, 1))
        .containsExactly(
            new EnvVar("metadataServiceUri", "u", null), new EnvVar("gcWaitTime", "1", null));
  }

  @Test
  void replacesOrRemovesTheLayer() {
    StatefulSet set = set();
    TemplateLayer.put(set, NAMES, Map.of("metadataServiceUri", "v"), Optional.empty());
    TemplateLayer.put(set, NAMES, Map.of("gcWaitTime", "1"), Optional.empty());

    TemplateLayer.put(set, NAMES, Map.of(), Optional.empty());

    assertThat(Serialization.asJson(set)).isEqualTo(Serialization.asJson(set()));
  }

  private static List<EnvVar> environment(StatefulSet set, int container) {
    return set.getSpec().getTemplate().getSpec().getContainers().get(container).getEnv();
  }

  private static StatefulSet set() {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("bookie")
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .addNewContainer()
        .withName("sidecar")
        .endContainer()
        .addNewContainer()
        .withName("bookie")
        .addNewEnv()
        .withName("metadataServiceUri")
        .withValue("u")
        .endEnv()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
