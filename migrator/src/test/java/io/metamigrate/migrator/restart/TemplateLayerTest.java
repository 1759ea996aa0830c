package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** A proxy or an exporter often comes first, and reads none of these settings. */
  @ParameterizedTest
  @CsvSource({
    "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie, ''",
    "exec bin/bookkeeper bookie, ''",
    "exec bin/pulsar bookie, PULSAR_PREFIX_clusterName",
    "/scripts/start.sh, ''"
  })
  void givesSettingsToTheServerBehindASidecar(String command, String variableOfSidecar) {
    StatefulSet set = set();
    List<Container> containers = set.getSpec().getTemplate().getSpec().getContainers();
    containers.get(1).setEnv(List.of());
    containers.get(1).setCommand(List.of("sh", "-c", command));
    if (!variableOfSidecar.isEmpty()) {
      containers.get(0).setEnv(List.of(new EnvVar(variableOfSidecar, "c1", null)));
    }

    TemplateLayer.put(set, NAMES, Map.of("gcWaitTime", "1"), Optional.empty());

    assertThat(environment(set, 1)).containsExactly(new EnvVar("gcWaitTime", "1", null));
  }

  /** It needs the settings, and the server the options of its virtual machine. */
  @Test
  void givesSettingsToInitContainerThatWritesTheFileAndToTheServer() {
    StatefulSet set = set();
    PodSpec pod = set.getSpec().getTemplate().getSpec();
    pod.getContainers().get(1).setEnv(List.of());
    pod.getContainers().get(1).setCommand(List.of("bin/pulsar", "bookie"));
    pod.setInitContainers(
        List.of(
            new ContainerBuilder()
                .withName("conf")
                .withCommand("sh", "-c", "bin/apply-config-from-env.py conf/bookkeeper.conf")
                .build()));

    TemplateLayer.put(set, NAMES, Map.of("OPTS", "-Da=b"), Optional.empty());

    assertThat(pod.getInitContainers().get(0).getEnv())
        .containsExactly(new EnvVar("OPTS", "-Da=b", null));
    assertThat(environment(set, 1)).containsExactly(new EnvVar("OPTS", "-Da=b", null));
    assertThat(environment(set, 0)).isEmpty();
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
