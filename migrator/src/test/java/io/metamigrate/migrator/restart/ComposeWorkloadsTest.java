package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.deployment.DeploymentFinding;
import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import io.metamigrate.migrator.deployment.DeploymentRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compose files as {@code docker compose config --format json} prints them. */
final class ComposeWorkloadsTest {
  private static final List<Node> NODES =
      List.of(new Node(Component.BOOKIE, "bookie-1:3181", "bookie-1"));

  private final Path folder;

  ComposeWorkloadsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void acceptsBookieOnAVolume() throws IOException {
    assertThat(
            ids(
                """
                {"services": {"bookie-1": {"command": ["sh", "-c",
                  "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
                  "environment": {"PULSAR_PREFIX_journalDirectory": "/bk/journal", "NULL": null},
                  "volumes": [
                    {"type": "volume", "source": "b1", "target": "/bk"},
                    {"type": "bind", "source": "/srv/bookie-1", "target": "/pulsar/data"}]}},
                 "volumes": {"b1": {"name": "x_b1"}}}
                """))
        .isEmpty();
  }

  @Test
  void blocksBookieWithoutVolumeOrOnTmpfs() throws IOException {
    assertThat(ids("{\"services\": {\"bookie-1\": {\"command\": [\"bin/pulsar\", \"bookie\"]}}}"))
        .contains("BOOKIE_DATA_VOLATILE");
    assertThat(
            ids(
                """
                {"services": {"bookie-1": {"volumes": [
                    {"type": "volume", "source": "b1", "target": "/pulsar/data"}]}},
                 "volumes": {"b1": {"driver_opts": {"type": "tmpfs", "device": "tmpfs"}}}}
                """))
        .contains("BOOKIE_DATA_VOLATILE");
    assertThat(ids("{\"services\": {\"bookie-1\": {\"tmpfs\": [\"/pulsar/data:size=1g\"]}}}"))
        .contains("BOOKIE_DATA_VOLATILE");
  }

  /**
   * Compose keeps such a volume for the next container, but not after {@code rm} or {@code down}.
   */
  @Test
  void letsVolumeWithoutNameBeConfirmed() throws IOException {
    String file =
        """
        {"services": {"bookie-1": {"command": ["sh", "-c",
          "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
          "volumes": [{"type": "volume", "target": "%s"}]}}}
        """;

    assertThat(findings(file.formatted("/pulsar/data"), NODES))
        .hasSize(2)
        .allSatisfy(
            found -> {
              assertThat(found.id()).isEqualTo("BOOKIE_DATA_VOLATILE");
              assertThat(found.level()).isEqualTo(Severity.CONFIRM);
              assertThat(found.message()).contains("docker compose rm");
            });
    assertThat(ids(file.formatted("/pulsar/conf"))).contains("SETTINGS_ON_VOLUME");
  }

  @Test
  void acceptsBookieWithVolumesOfAnotherService() throws IOException {
    String file =
        """
        {"services": {
          "bookie-1": {"command": ["sh", "-c",
            "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
            "volumes_from": ["data:rw"]},
          "data": {"volumes": [{"type": "%s", "source": "b1", "target": "/pulsar/data"}]}}}
        """;

    assertThat(ids(file.formatted("volume"))).isEmpty();
    assertThat(ids(file.formatted("tmpfs"))).contains("BOOKIE_DATA_VOLATILE");
  }

  /** As a compose file of a swarm brings passwords with the whole configuration. */
  @Test
  void findsConfigurationThatIsASecret() throws IOException {
    String file =
        """
        {"services": {"bookie-1": {"command": ["sh", "-c",
          "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
          "secrets": [{"source": "conf", "target": "%s"}],
          "volumes": [{"type": "volume", "source": "b1", "target": "/pulsar/data"}]}},
         "secrets": {"conf": {"file": "/etc/conf"}}}
        """;

    assertThat(ids(file.formatted("/pulsar/conf/bookkeeper.conf"))).contains("VARIABLES_NOT_READ");
    assertThat(ids(file.formatted("token"))).isEmpty();
  }

  @Test
  void readsConfigsOfTheFile() throws IOException {
    String file =
        """
        {"services": {"init": {"command": ["sh", "/start.sh"], "configs": [
          {"source": "start", "target": "/start.sh"}]}},
         "configs": {"start": {"content": "bin/bookkeeper shell %s"}}}
        """;

    assertThat(ids(file.formatted("bookieformat -n -f"))).contains("STORE_FORMAT_FORCED");
    assertThat(ids(file.formatted("whatisinstanceid"))).isEmpty();
    assertThat(
            ids(
                """
                {"services": {"bookie-1": {"command": ["sh", "-c",
                  "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
                  "volumes": [{"type": "volume", "source": "b1", "target": "/pulsar/data"}],
                  "configs": [{"source": "bk", "target": "/pulsar/conf/bookkeeper.conf"}]}},
                 "configs": {"bk": {"content": "bookiePort=3181"}}}
                """))
        .containsExactly("VARIABLES_NOT_READ");
  }

  @Test
  void readsHealthChecksAndHooks() throws IOException {
    String file =
        """
        {"services": {"bookie-1": {"command": ["sh", "-c",
          "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
          %s, "volumes": [{"type": "volume", "source": "b1", "target": "/pulsar/data"}]}}}
        """;

    assertThat(
            ids(
                file.formatted(
                    "\"post_start\": [{\"command\": [\"bin/bookkeeper\", \"shell\","
                        + " \"bookieformat\", \"-f\"]}]")))
        .containsExactly("STORE_FORMAT_FORCED");
    assertThat(
            ids(
                file.formatted(
                    "\"healthcheck\": {\"test\": [\"CMD-SHELL\", \"echo ruok | nc zk 2181\"]}")))
        .containsExactly("ASKS_ZOOKEEPER_AT_START");
    assertThat(
            ids(
                file.formatted(
                    "\"healthcheck\": {\"test\": [\"CMD\", \"curl\","
                        + " \"localhost:8000/api/v1/bookie/is_ready\"]}")))
        .isEmpty();
  }

  /** Under another name in the container, or over the network. */
  @Test
  void findsProgramWithTheEngine() throws IOException {
    assertThat(
            ids(
                """
                {"services": {"updater": {"volumes": [
                  {"type": "bind", "source": "/var/run/docker.sock", "target": "/engine"}]}}}
                """))
        .containsExactly("RESTARTED_BY_OTHERS");
    assertThat(
            ids(
                """
                {"services": {"updater": {"environment": {"DOCKER_HOST": "tcp://proxy:2375"}}}}
                """))
        .containsExactly("RESTARTED_BY_OTHERS");
  }

  /** A container that is made again has another address, and its cookie names the old one. */
  @Test
  void blocksContainerAddressAsBookieIdUnlessFixed() throws IOException {
    List<Node> nodes = List.of(new Node(Component.BOOKIE, "172.18.0.5:3181", "bookie-1"));
    String service = "{\"services\": {\"bookie-1\": {%s}}}";

    assertThat(ids(service.formatted(""), nodes)).contains("BOOKIE_ID_IS_ADDRESS");
    assertThat(ids(service.formatted("\"network_mode\": \"host\""), nodes))
        .doesNotContain("BOOKIE_ID_IS_ADDRESS");
    assertThat(
            ids(
                service.formatted("\"networks\": {\"n\": {\"ipv4_address\": \"172.18.0.5\"}}"),
                nodes))
        .doesNotContain("BOOKIE_ID_IS_ADDRESS");
    assertThat(
            ids(
                service.formatted("\"environment\": {\"advertisedAddress\": \"172.18.0.5\"}"),
                nodes))
        .doesNotContain("BOOKIE_ID_IS_ADDRESS");
  }

  @Test
  void blocksSetUpServiceThatFormatsDirectlyOrByScript() throws IOException {
    assertThat(
            ids(
                """
                {"services": {"pulsar-init": {"entrypoint": ["bin/bookkeeper"],
                  "command": ["shell", "metaformat", "-nonInteractive", "-force"]}}}
                """))
        .contains("STORE_FORMAT_FORCED");

    Path script = folder.resolve("init.sh");
    Files.writeString(script, "#!/bin/sh\nbin/bookkeeper shell bookieformat -n -f -d\n");
    String file =
        """
        {"services": {"init": {"command": ["sh", "/scripts/init.sh"], "volumes": [
          {"type": "bind", "source": "%s", "target": "/scripts"}]}}}
        """
            .formatted(folder);
    assertThat(ids(file)).contains("STORE_FORMAT_FORCED");
    Files.writeString(script, "#!/bin/sh\nbin/bookkeeper shell whatisinstanceid\n");
    assertThat(ids(file)).isEmpty();
  }

  /** Images of Pulsar 2 declare /pulsar/conf as a volume, which the next container inherits. */
  @Test
  void namesConfigurationOnAVolumeOfTheImage() throws IOException {
    String file =
        """
        {"services": {"bookie-1": {"command": ["sh", "-c",
          "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/pulsar bookie"],
          "volumes": [{"type": "volume", "source": "b1", "target": "/pulsar/data"}]}}}
        """;
    List<String> folders = List.of("/pulsar/conf", "/pulsar/data");

    assertThat(
            DeploymentRules.of(
                ComposeWorkloads.of(
                    new ObjectMapper().readTree(file), NODES, Map.of("bookie-1", folders))))
        .extracting(DeploymentFinding::id)
        .containsExactly("SETTINGS_ON_VOLUME");
    assertThat(
            DeploymentRules.of(
                ComposeWorkloads.of(
                    new ObjectMapper().readTree(file.replace("/pulsar/data\"", "/pulsar\"")),
                    NODES,
                    Map.of("bookie-1", folders))))
        .extracting(DeploymentFinding::id)
        .contains("SETTINGS_ON_VOLUME");
    assertThat(
            DeploymentRules.of(
                ComposeWorkloads.of(
                    new ObjectMapper().readTree("{\"services\": {\"bookie-1\": {}}}"),
                    NODES,
                    Map.of("bookie-1", folders))))
        .extracting(DeploymentFinding::id)
        .contains("BOOKIE_DATA_VOLATILE");
  }

  /** Nobody knows where such a configuration puts the data. */
  @ParameterizedTest
  @ValueSource(strings = {"/pulsar/conf/bookkeeper.conf", "/etc/bk/own.conf"})
  void blocksBookieWithAFileOfItsOwnAndOnlyVolumesOfTheImage(String target) throws IOException {
    String file =
        """
        {"services": {"bookie-1": {"command": ["bin/bookkeeper", "bookie"],
          "environment": {"BOOKIE_CONF": "%s"},
          "volumes": [{"type": "bind", "source": "/not/readable", "target": "%s"}]}}}
        """
            .formatted(target, target);

    assertThat(
            DeploymentRules.of(
                ComposeWorkloads.of(
                    new ObjectMapper().readTree(file),
                    NODES,
                    Map.of("bookie-1", List.of("/pulsar/conf", "/pulsar/data")))))
        .filteredOn(found -> found.id().equals("BOOKIE_DATA_VOLATILE"))
        .singleElement()
        .satisfies(found -> assertThat(found.level()).isEqualTo(Severity.BLOCKER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "none",
      value = {
        "always; pulsar:3; pulls the image pulsar:3 at each start",
        "daily; pulsar:3; may pull the image pulsar:3 at a start (pull_policy: daily)",
        "every_12h; p@sha256:1; may pull the image p@sha256:1 at a start",
        "build; pulsar:3; the move builds nothing",
        "missing; pulsar:3; none",
        "if_not_present; pulsar:3; none"
      })
  void namesImagesThatAStartPulls(String policy, String image, @Nullable String line)
      throws IOException {
    List<DeploymentFinding> found =
        ComposeWorkloads.pulled(
            new ObjectMapper()
                .readTree(
                    "{\"services\": {\"b\": {\"image\": \"%s\", \"pull_policy\": \"%s\"}}}"
                        .formatted(image, policy)),
            List.of("b"));

    assertThat(found).hasSize(line == null ? 0 : 1);
    assertThat(found)
        .allSatisfy(
            one -> {
              assertThat(one.message()).contains(String.valueOf(line));
              assertThat(one.message().contains("its tag may lead"))
                  .isEqualTo(!image.contains("@") && !policy.equals("build"));
              assertThat(one.toString()).doesNotContain("IfNotPresent");
            });
  }

  /** A script on this host, or one in the compose file. */
  @Test
  void readsEnvironmentScripts() throws IOException {
    Path script = Files.writeString(folder.resolve("pulsar_env.sh"), "OPTS=-Dx=y\n");
    String command =
        "{\"command\": [\"sh\", \"-c\", \"bin/apply-config-from-env.py conf/bookkeeper.conf &&"
            + " exec bin/pulsar bookie\"],";
    String data = "{\"type\": \"volume\", \"source\": \"b1\", \"target\": \"/pulsar/data\"}";

    assertThat(
            ids(
                "{\"services\": {\"bookie-1\": %s \"volumes\": [%s, {\"type\": \"bind\", \"source\": \"%s\", \"target\": \"/pulsar/conf/pulsar_env.sh\"}]}}}"
                    .formatted(command, data, script)))
        .containsExactly("SETTINGS_OVERRIDDEN");
    assertThat(
            ids(
                "{\"services\": {\"bookie-1\": %s \"volumes\": [%s], \"configs\": [{\"source\": \"env\", \"target\": \"/pulsar/conf/bkenv.sh\"}]}}, \"configs\": {\"env\": {\"content\": \"PULSAR_BOOKKEEPER_CONF=/etc/bk.conf\"}}}"
                    .formatted(command, data)))
        .containsExactly("VARIABLES_NOT_READ");
  }

  private static List<String> ids(String file) throws IOException {
    return ids(file, NODES);
  }

  private static List<String> ids(String file, List<Node> nodes) throws IOException {
    return findings(file, nodes).stream().map(DeploymentFinding::id).toList();
  }

  private static List<DeploymentFinding> findings(String file, List<Node> nodes)
      throws IOException {
    return DeploymentRules.of(
        ComposeWorkloads.of(new ObjectMapper().readTree(file), nodes, Map.of()));
  }
}
