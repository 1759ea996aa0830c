package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class ShellCommandTest {
  private final ShellCommand shell = new ShellCommand(Duration.ofSeconds(10));

  @Test
  void returnsExitCodeAndBothOutputs() throws Exception {
    ShellCommand.ShellResult result = shell.run("echo out; echo err >&2; exit 7", Map.of());

    assertThat(result.succeeded()).isFalse();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.tail()).contains("out").contains("err");
  }

  @Test
  void extendsItsEnvironment() throws Exception {
    ShellCommand.ShellResult result =
        shell.run("test -n \"$PATH\" && echo \"$GIVEN\"", Map.of("GIVEN", "a'b\"c $(x)"));

    assertThat(result.tail()).isEqualTo("a'b\"c $(x)");
  }

  @Test
  void commandHasEmptyStandardInput() throws Exception {
    assertThat(shell.run("cat", Map.of()).succeeded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "  touch /nowhere/x; exit 7",
        "/bin/sh -c 'x'",
        "A=1 nothing",
        "if true; then :; fi"
      })
  void acceptsValidShellSyntax(String text) throws Exception {
    assertThat(shell.fault(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nowhere/stop b1", "no-such-program-here", "/dev/null", "/ now", "echo 'x"})
  void findsShellSyntaxErrors(String text) throws Exception {
    assertThat(shell.fault(text)).isPresent();
  }

  @Test
  void killsProcessTreeAfterTheTimeout(@TempDir Path folder) throws Exception {
    Path pids = folder.resolve("pids");

    ShellCommand.ShellResult result =
        new ShellCommand(Duration.ofMillis(700))
            .run(
                "(echo $$ >" + pids + "; trap '' TERM; sleep 600 & echo $! >>" + pids + "; wait)",
                Map.of());

    assertThat(result.timedOut()).isTrue();
    assertThat(result.succeeded()).isFalse();
    List<String> processes = Files.readAllLines(pids);
    assertThat(processes).hasSize(2);
    await().untilAsserted(() -> assertThat(processes).noneMatch(ShellCommandTest::lives));
  }

  @Test
  void doesNotWaitForBackgroundProcesses() throws Exception {
    Instant begun = Instant.now();

    ShellCommand.ShellResult result = shell.run("sleep 5 & echo started", Map.of());

    assertThat(result.succeeded()).isTrue();
    assertThat(result.tail()).isEqualTo("started");
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void reportsMissingProgramByName() throws Exception {
    ShellCommand.ShellResult result = shell.run(List.of("no-such-program-here"), Map.of());

    assertThat(result.succeeded()).isFalse();
    assertThat(result.tail()).contains("no-such-program-here could not be started");
  }

  private static boolean lives(String pid) {
    return ProcessHandle.of(Long.parseLong(pid.strip()))
        .filter(ProcessHandle::isAlive)
        .filter(handle -> !isZombie(handle.pid()))
        .isPresent();
  }

  private static boolean isZombie(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (java.io.IOException e) {
      return true;
    }
  }
}
