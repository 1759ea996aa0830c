package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentVariablesTest {
  @TempDir private Path folder;

  @Test
  void variableOverridesFile() throws IOException {
    Configuration.Loaded loaded =
        load(
            "copy: {maxRate: 5, inFlight: 7}",
            Map.of("METAMIGRATE_COPY_MAX_RATE", "9", "METAMIGRATE_COPY_LEDGER_IDS", "exact"));

    assertThat(loaded.configuration().copy().maxRate()).isEqualTo(9);
    assertThat(loaded.configuration().copy().inFlight()).isEqualTo(7);
    assertThat(loaded.configuration().copy().ledgerIds()).isEqualTo(CopyConfig.LedgerIds.EXACT);
    assertThat(origin(loaded, "copy.maxRate")).isEqualTo("METAMIGRATE_COPY_MAX_RATE");
    assertThat(origin(loaded, "copy.inFlight")).endsWith("migrate.yaml:1");
    assertThat(origin(loaded, "copy.versions")).isEqualTo("default");
  }

  @Test
  void refusesVariableWithATypingErrorInItsBlock() {
    ConfigurationException fault =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                Configuration.load(
                    Optional.empty(),
                    Map.of("METAMIGRATE_TARGT_USER", "a", "METAMIGRATE_ID", "b1")));

    assertThat(fault)
        .hasMessageContaining("METAMIGRATE_TARGT_USER: no key has this variable; did you mean")
        .hasMessageContaining("METAMIGRATE_TARGET_USER?")
        .hasMessageNotContaining("METAMIGRATE_ID");
  }

  @Test
  void namesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("named.yaml"), "copy: {maxRate: 5}");
    Path other = Files.writeString(folder.resolve("other.yaml"), "copy: {maxRate: 6}");
    Map<String, String> environment = Map.of("METAMIGRATE_CONFIG", file.toString());

    assertThat(Configuration.load(Optional.empty(), environment).configuration().copy().maxRate())
        .isEqualTo(5);
    assertThat(Configuration.load(Optional.of(other), environment).configuration().copy().maxRate())
        .isEqualTo(6);
    assertThat(Configuration.variables(environment)).containsExactly("METAMIGRATE_CONFIG");
  }

  @Test
  void refusesATypingErrorInTheNameOfTheFile() {
    assertThat(
            catchThrowableOfType(
                ConfigurationException.class,
                () ->
                    Configuration.load(Optional.empty(), Map.of("METAMIGRATE_CONFG", "move.yaml"))))
        .hasMessageContaining("METAMIGRATE_CONFG")
        .hasMessageContaining("did you mean METAMIGRATE_CONFIG?");
  }

  /** A service of Kubernetes and the variables of a hook are no mistakes. */
  @Test
  void namesVariablesThatNothingReads() {
    assertThat(
            Configuration.variablesWithoutEffect(
                Map.of(
                    "METAMIGRATE_ENDPOINT", "x",
                    "METAMIGRATE_LOG", "INFO",
                    "METAMIGRATE_COPY_MAX_RATE", "9",
                    "METAMIGRATE_SERVICE_HOST", "10.0.0.1",
                    "METAMIGRATE_SERVICE_PORT_HTTP", "8300",
                    "METAMIGRATE_PORT", "tcp://10.0.0.1:8300",
                    "METAMIGRATE_PORT_8300_TCP_ADDR", "10.0.0.1",
                    "OTHER", "x")))
        .containsExactly("METAMIGRATE_ENDPOINT");
    assertThat(
            Configuration.variablesWithoutEffect(
                Map.of("METAMIGRATE_HOOK", "before-step", "METAMIGRATE_PHASE", "Fenced")))
        .isEmpty();
  }

  @Test
  void worksWithoutAFile() {
    Configuration configuration =
        Configuration.load(
                Optional.empty(),
                Map.of(
                    "METAMIGRATE_SOURCE_ZOOKEEPER", "zk1:2181/pulsar",
                    "METAMIGRATE_TARGET_ETCD", "http://e1:2379,http://e2:2379",
                    "METAMIGRATE_SCOPE_INCLUDE", "/ledgers,/admin"))
            .configuration();

    assertThat(configuration.requireZooKeeper()).hasToString("zk1:2181/pulsar");
    assertThat(configuration.requireEtcd().uris()).hasSize(2);
    assertThat(configuration.scope().include()).containsExactly("/ledgers", "/admin");
  }

  @Test
  void variableOverridesAList() throws IOException {
    assertThat(
            load("scope: {include: [/ledgers]}", Map.of("METAMIGRATE_SCOPE_INCLUDE", "/admin"))
                .configuration()
                .scope()
                .include())
        .containsExactly("/admin");
  }

  @Test
  void variableNamesASecretFile() throws IOException {
    Path secret = Files.writeString(folder.resolve("etcd"), "hunter2");
    Configuration configuration =
        load(
                "",
                Map.of(
                    "METAMIGRATE_TARGET_USER",
                    "migrate",
                    "METAMIGRATE_TARGET_PASSWORD_FILE",
                    secret.toString()))
            .configuration();

    assertThat(configuration.target().login().passwordFile().orElseThrow().read())
        .isEqualTo("hunter2");
  }

  @Test
  void aBadValueIsReportedWithItsVariable() {
    assertThat(faults(Map.of("METAMIGRATE_TARGET_LOCK_TTL", "soon")))
        .hasMessageStartingWith("METAMIGRATE_TARGET_LOCK_TTL: 'soon' is not a duration");
    assertThat(faults(Map.of("METAMIGRATE_COPY_IN_FLIGHT", "0")))
        .hasMessageStartingWith("METAMIGRATE_COPY_IN_FLIGHT: 0 is not within 1 to 1024");
  }

  @Test
  void refusesUnknownVariableAndSuggestsTheNearest() {
    assertThat(faults(Map.of("METAMIGRATE_SOURCE_ZOOKEPER", "zk1:2181")))
        .hasMessageContaining("did you mean METAMIGRATE_SOURCE_ZOOKEEPER?");
  }

  @Test
  void ignoresVariablesOfHooksAndLauncher() {
    assertThat(
            Configuration.load(
                    Optional.empty(),
                    Map.of(
                        "METAMIGRATE_CLUSTER", "c1",
                        "METAMIGRATE_STEP", "verify",
                        "METAMIGRATE_SETTINGS_FILE", "/tmp/x",
                        "METAMIGRATE_SET_metadataStoreUrl", "etcd:http://e1:2379",
                        "METAMIGRATE_JAVA_OPTIONS", "-Xmx1g"))
                .configuration())
        .isEqualTo(Configuration.defaults());
  }

  @Test
  void ignoresEmptyVariable() {
    assertThat(
            Configuration.load(Optional.empty(), Map.of("METAMIGRATE_CLUSTER_NAME", ""))
                .configuration())
        .isEqualTo(Configuration.defaults());
  }

  @Test
  void hidesCustomKeysThatNameASecret() throws IOException {
    Configuration.Loaded loaded =
        load(
            "cutover: {originals: {brokers: {brokerClientAuthenticationParameters: tok,"
                + " gcWaitTime: 5}}}",
            Map.of());

    assertThat(loaded.settings())
        .filteredOn(setting -> setting.path().startsWith("cutover.originals"))
        .extracting(setting -> setting.shown().orElseThrow())
        .containsExactlyInAnyOrder("(hidden)", "5");
  }

  private Configuration.Loaded load(String yaml, Map<String, String> environment)
      throws IOException {
    Path file = Files.writeString(folder.resolve("migrate.yaml"), yaml);
    return Configuration.load(Optional.of(file), environment);
  }

  private static String origin(Configuration.Loaded loaded, String path) {
    return loaded.settings().stream()
        .filter(setting -> setting.path().equals(path))
        .findFirst()
        .orElseThrow()
        .origin();
  }

  private static ConfigurationException faults(Map<String, String> environment) {
    return catchThrowableOfType(
        ConfigurationException.class, () -> Configuration.load(Optional.empty(), environment));
  }
}
