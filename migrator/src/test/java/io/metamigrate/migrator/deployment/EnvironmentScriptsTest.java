package io.metamigrate.migrator.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables that a script sets, compared with a shell that runs the same script. */
final class EnvironmentScriptsTest {
  private static final Map<String, String> BEFORE =
      Map.of(
          "BK_HOME", "/pulsar",
          "PULSAR_HOME", "/pulsar",
          "BOOKIE_CONF", "/etc/bk/a.conf",
          "OPTS", "-Da=b -Dc=d");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# BOOKIE_CONF=/etc/other.conf",
        "BOOKIE_CONF=$BK_HOME/conf/bookkeeper.conf",
        "export BOOKIE_CONF=\"${BK_HOME}/conf/bookkeeper.conf\" # its file",
        "  BOOKIE_CONF=${BOOKIE_CONF:-\"$BK_HOME/conf/bookkeeper.conf\"}",
        "PULSAR_BROKER_CONF=${PULSAR_BROKER_CONF:-\"$PULSAR_HOME/conf/broker.conf\"}; A=b",
        "PULSAR_BROKER_CONF=${PULSAR_BROKER_CONF:=${BK_HOME}/x y}",
        "BOOKIE_CONF='$BK_HOME/x.conf'",
        "BOOKIE_CONF=/etc/\"my files\"/bk.conf\nPULSAR_BROKER_CONF=$BOOKIE_CONF.b",
        "OPTS=-Dx=y",
        "OPTS=\"$OPTS -Dx=y\"",
        "OPTS+=' -Dx=y'",
        "OPTS=\"-Dx=y \\\n  ${OPTS}\"",
        "OPTS=\"-Dx=y\n  BOOKIE_CONF=/etc/no.conf\"\nPULSAR_BROKER_CONF=",
        "OPTS=\"${OPTS:-\"-Dnone\"} -Dx=\\\"y\\\"\"",
        "OPTS=${OPTS}${BK_HOME}\r"
      })
  void setsTheVariablesThatShellSets(String script, @TempDir Path folder) throws Exception {
    String print = "printf '%s|%s|%s' \"$BOOKIE_CONF\" \"$PULSAR_BROKER_CONF\" \"$OPTS\"";
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-c", script.replace("\r", "") + "\n" + print)
            .directory(folder.toFile());
    shell.environment().keySet().remove("PULSAR_BROKER_CONF");
    shell.environment().putAll(BEFORE);
    Process process = shell.start();
    String expected = new String(process.getInputStream().readAllBytes(), UTF_8);

    Map<String, String> variables = EnvironmentScripts.apply(script, BEFORE);

    assertThat(process.waitFor()).isZero();
    assertThat(
            "%s|%s|%s"
                .formatted(
                    variables.get("BOOKIE_CONF"),
                    variables.getOrDefault("PULSAR_BROKER_CONF", ""),
                    variables.get("OPTS")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"$ELSEWHERE/bk.conf", "${ELSEWHERE}/bk.conf", "$(pwd)/bk.conf", "${", "\"", "$"})
  void keepsReferencesToUnknownVariables(String value) {
    String script = "BOOKIE_CONF=" + value;

    assertThat(EnvironmentScripts.apply(script, Map.of()).get("BOOKIE_CONF"))
        .isIn(value.replace("$(pwd)/bk.conf", "$"), "");
  }

  @Test
  void readsBothScriptsInOrder() {
    String scripts =
        EnvironmentScripts.among(
            Map.of(
                "/pulsar/conf/pulsar_env.sh", "A=2",
                "/pulsar/conf/bkenv.sh", "A=1\nB=1",
                "/etc/bkenv.sh", "B=3"));

    assertThat(EnvironmentScripts.apply(scripts, Map.of()))
        .containsEntry("A", "2")
        .containsEntry("B", "1");
  }
}
