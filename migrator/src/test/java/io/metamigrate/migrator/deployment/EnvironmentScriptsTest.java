package io.metamigrate.migrator.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
        "OPTS=${OPTS}${BK_HOME}\r",
        "OPTS=\"${OPTS:+$OPTS }-Dx=y\"",
        "OPTS=\"${NONE:+$NONE }$OPTS${NONE-}\"",
        "export OPTS BOOKIE_CONF",
        "A=/x B=$A; BOOKIE_CONF=$B.conf # ; BOOKIE_CONF=/no",
        "# a comment \\\nOPTS=-Dx=y",
        "BOOKIE_CONF=/etc/\\\nbk.conf \\\n OPTS=-Da",
        "OPTS=\"${NONE:-'a b'}\" BOOKIE_CONF=${NONE:-'a b'} PULSAR_BROKER_CONF=\"a\\b\"",
        "PULSAR_BROKER_CONF=${NONE:=/etc/n}$NONE",
        "export A=1 BOOKIE_CONF='/b c' BK_HOME; export OPTS=\"$OPTS\"",
        "ulimit -c 0; cd .",
        "if [ -z \"$NONE\" ]; then\n  A=\"it's\"\nelse\n  A=b\nfi\nOPTS=-Da",
        """
        for a in $(echo 'version "'); do
          if [[ $a =~ \\"([[:digit:]]+)(.*)\\" ]]; then
            # such as `17`, it's
            M=${BASH_REMATCH[1]}
            break
          fi
        done
        OPTS="${NONE:-" -Dx=y"}"
        """,
        "case a in\n  a) M=1 ;;\nesac\nOPTS=-Dx",
        "export BOOKIE_CONF=\"/a b\"\\'c # d"
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
      strings = {
        "BOOKIE_CONF=$(pwd)/bk.conf",
        "BOOKIE_CONF=`pwd`/bk.conf",
        "BOOKIE_CONF=/${BOOKIE_CONF%.conf}",
        "BOOKIE_CONF=~/bk.conf",
        "BOOKIE_CONF=(/a /b)",
        "BOOKIE_CONF=\"/a",
        "BOOKIE_CONF=${",
        "BOOKIE_CONF=/b bin/other",
        "BOOKIE_CONF=/b && true",
        "[ -z \"$X\" ] && BOOKIE_CONF=/b",
        "[ -z \"$X\" ] &&\nBOOKIE_CONF=/b",
        "true |\nBOOKIE_CONF=/b",
        "if [ -z \"$X\" ]; then\nBOOKIE_CONF=/b\nfi",
        "if true; then\n  echo done\n  BOOKIE_CONF=/b\nfi",
        "if true; then BOOKIE_CONF+=.b; fi",
        "if [ -z \"$X\" ]; then\n  A=/b\nfi\nBOOKIE_CONF=$A",
        "if true; then\n  A=${X:-${Y:-a}} true\n  BOOKIE_CONF=/b\nfi",
        "if true; then\n  true ${X:-; }\n  BOOKIE_CONF=/b\nfi",
        "for BOOKIE_CONF in /b; do\n  :\ndone",
        "case $X in\n  a) ;;\n  *)\nBOOKIE_CONF=/b ;;\nesac",
        ": ${BOOKIE_CONF:=/b}",
        "BOOKIE_CONF=$(BOOKIE_CONF=/a)",
        "unset BOOKIE_CONF",
        "read BOOKIE_CONF < /b",
        ". ./other.sh",
        "source other.sh",
        "[ -f other.sh ] && . ./other.sh",
        "eval \"$X\"",
        "export $(cat /etc/env | xargs)",
        "export \"$X=y\"",
        "A='b BOOKIE_CONF=/b'\ncommand export A=$A",
        "export BK_HOME=/x BOOKIE_CONF=$BK_HOME/y",
        "echo \"not\nBOOKIE_CONF=/b\"",
        "while read -r a; do\n  export \"$a\"\ndone < /etc/env",
        "cat <<X\n\nBOOKIE_CONF=/b\nX",
        "f() {\n  BOOKIE_CONF=/b\n}\nf",
        "f() {\n  BOOKIE_CONF=/b\n}\nBOOKIE_CONF=/c\nf",
        "(\nBOOKIE_CONF=/b\n)",
        "[ -z \"$X\" ] || return 0\nBOOKIE_CONF=/b",
        "BOOKIE_CONF=$ELSEWHERE/bk.conf",
        "BOOKIE_CONF=${ELSEWHERE}/bk.conf",
        "echo \"not\nclosed\nBOOKIE_CONF=/b"
      })
  void whatIsNotCertainIsNotKnown(String script) {
    assertThat(EnvironmentScripts.apply(script, BEFORE).get("BOOKIE_CONF")).contains("$");
  }

  /** Lines of the scripts that are drawn, and what encloses them. */
  private static final List<String> LINES =
      List.of(
          "BOOKIE_CONF=/a",
          "BOOKIE_CONF=\"${BOOKIE_CONF:-\"b c\"}$A\" # it's",
          "BOOKIE_CONF+=${A:+.a}",
          "PULSAR_BROKER_CONF=${PULSAR_BROKER_CONF:=\"$A\"}'$A'",
          "OPTS=\"$OPTS -Dx='}'\"",
          "OPTS+=\" a\nBOOKIE_CONF=/no\"",
          "OPTS='-Dlost; fi'",
          "OPTS=${OPTS:-; }",
          "A=a; A=$A$A",
          "export A=b BOOKIE_CONF=$A",
          "export A OPTS",
          "A='c BOOKIE_CONF=/split'",
          "command export B=$A",
          "[ -n \"$A\" ] && BOOKIE_CONF=/and",
          "false ||\nBOOKIE_CONF=/or",
          "true ${A:-; } \\\n A=d",
          "A=e BOOKIE_CONF=/prefix true",
          ": ${BOOKIE_CONF:=/colon} ${A:=f}",
          "unset A BOOKIE_CONF",
          "read BOOKIE_CONF <<< /read",
          "printf -v OPTS pf",
          "eval BOOKIE_CONF=/eval",
          "echo done; echo 'fi; }'",
          "# a comment \\");

  private static final List<String> BLOCKS =
      List.of(
          "if [ -z \"$A\" ]; then\n%s\nfi",
          "if false\nthen\n%s\nelse\n:\nfi",
          "for A in 1 2; do\n%s\ndone",
          "case x in\n  a) A=g ;;\n  *)\n%s\n;;\nesac",
          "f() {\n%s\n}\n",
          "f() { :; }\n%s\nf",
          "{\n%s\n}",
          "(\n%s\n)",
          "cat <<X >/dev/null\n%s\nX",
          "[ -n \"$A\" ] && return\n%s",
          "%s");

  @Test
  void whatIsKnownOfADrawnScriptIsWhatAShellHas(@TempDir Path folder) throws Exception {
    Random random = new Random(1);
    List<String> scripts = Stream.generate(() -> drawn(random)).limit(400).toList();
    for (int i = 0; i < scripts.size(); i++) {
      Files.writeString(folder.resolve(String.valueOf(i)), scripts.get(i));
    }
    ProcessBuilder shell =
        new ProcessBuilder(
                "bash",
                "-c",
                "for ((i = 0; i < 400; i++)); do ("
                    + ". ./$i; printf '%s|%s|%s' \"$BOOKIE_CONF\" \"$PULSAR_BROKER_CONF\" \"$OPTS\""
                    + " >$i.is); done >/dev/null 2>&1")
            .directory(folder.toFile());
    shell.environment().keySet().removeAll(Set.of("A", "B", "PULSAR_BROKER_CONF"));
    shell.environment().putAll(BEFORE);
    assertThat(shell.start().waitFor()).isZero();

    int known = 0;
    for (int i = 0; i < scripts.size(); i++) {
      List<String> is = List.of(Files.readString(folder.resolve(i + ".is")).split("\\|", -1));
      Map<String, String> read = EnvironmentScripts.apply(scripts.get(i), BEFORE);
      for (int one = 0; one < 3; one++) {
        String value =
            read.getOrDefault(List.of("BOOKIE_CONF", "PULSAR_BROKER_CONF", "OPTS").get(one), "");
        if (!value.contains("$")) {
          known++;
          assertThat(value).as(scripts.get(i)).isEqualTo(is.get(one));
        }
      }
    }
    assertThat(known).isGreaterThan(300);
  }

  private static String drawn(Random random) {
    return Stream.generate(
            () ->
                BLOCKS
                    .get(random.nextInt(BLOCKS.size()))
                    .formatted(
                        LINES.get(random.nextInt(LINES.size()))
                            + "\n"
                            + LINES.get(random.nextInt(LINES.size()))))
        .limit(1 + random.nextInt(3))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** What is set again on a line of its own is known again. */
  @ParameterizedTest
  @ValueSource(strings = {". ./other.sh", "if a; then\n  BOOKIE_CONF=/b\nfi", "unset BOOKIE_CONF"})
  void whatIsSetAgainIsKnown(String script) {
    assertThat(EnvironmentScripts.apply(script + "\nBOOKIE_CONF=/c", BEFORE))
        .containsEntry("BOOKIE_CONF", "/c");
  }

  /** Each would need more memory than there is, or a deeper stack. */
  @ParameterizedTest
  @MethodSource
  void limitsHostileScripts(String script) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(EnvironmentScripts.apply(script, BEFORE))
                .extractingByKeys("BOOKIE_CONF", "PULSAR_BROKER_CONF", "OPTS")
                .allMatch(value -> value.contains(EnvironmentScripts.UNKNOWN)));
  }

  static List<String> limitsHostileScripts() {
    String source = "\n. ./other";
    return List.of(
        "B=" + "${B:-".repeat(10_000) + source,
        "B=" + "${B:-".repeat(20_000),
        "A=aa\n" + "A=$A$A\n".repeat(27),
        "A=aa\n" + "if a; then\nA=\"$A$A\"\nfi\n".repeat(1_000) + source,
        "A=" + "a".repeat(10_000) + "\nB=" + "$A".repeat(20_000),
        "a".repeat(65_000) + source,
        "a=".repeat(32_000) + source,
        "A[".repeat(32_000) + source,
        "a;".repeat(32_000) + source,
        "if ".repeat(20_000) + source,
        "export -a".repeat(7_000) + source,
        "$(".repeat(32_000) + source,
        "\\\n".repeat(32_000) + source,
        "#".repeat(1_000_000));
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
