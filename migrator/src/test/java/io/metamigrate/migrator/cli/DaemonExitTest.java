package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The exit code of {@code migrate run} as a process. */
@Timeout(120)
final class DaemonExitTest {
  @TempDir private Path folder;

  /** The hook for SIGTERM also runs then, and must not replace the code. */
  @Test
  void daemonThatEndsByItselfKeepsItsExitCode() throws Exception {
    Process daemon =
        start(
            "run",
            "--zookeeper",
            "127.0.0.1:1",
            "--etcd",
            "http://127.0.0.1:1",
            "--cluster",
            "c1",
            "--listen",
            "127.0.0.1:0");
    try {
      assertThat(daemon.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(daemon.exitValue()).isEqualTo(ExitCode.ZOOKEEPER_FAILED.code());
    } finally {
      daemon.destroyForcibly();
    }
  }

  private Process start(String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(MigrateWords.of(arguments)).directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log").toFile());
    return builder.start();
  }
}
