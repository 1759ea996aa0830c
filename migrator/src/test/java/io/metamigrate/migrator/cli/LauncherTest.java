package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts {@code migrate} and {@code needs}, on a {@code PATH} that has only stand-ins for
 * {@code java}, {@code apt-get} and {@code id} beside the shell's own tools.
 */
@Timeout(60)
final class LauncherTest {
  private static final List<String> TOOLS =
      List.of("bash", "sh", "dirname", "readlink", "find", "sed", "head", "chmod", "cat");
  private static final String VERSION_17 = "openjdk version \"17.0.15\" 2025-04-15";

  @TempDir private Path folder;
  private Path programs;
  private Path launcher;

  @BeforeEach
  void standIns() throws Exception {
    programs = Files.createDirectories(folder.resolve("programs"));
    for (String tool : TOOLS) {
      script(programs.resolve(tool), "exec " + which(tool) + " \"$@\"");
    }
    Path home = folder.resolve("migrator");
    launcher = Files.createDirectories(home.resolve("bin")).resolve("migrate");
    for (String script : List.of("migrate", "needs")) {
      Files.copy(
          Path.of("bin", script),
          launcher.resolveSibling(script),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createDirectories(home.resolve("target"));
    Files.createFile(home.resolve("target/metamigrate-migrator-0.1.0-SNAPSHOT.jar"));
    user(0);
  }

  @ParameterizedTest
  @CsvSource({
    "'openjdk version \"17.0.15\" 2025-04-15',      false",
    "'openjdk version \"21.0.8\" 2025-07-15 LTS',   false",
    "'openjdk version \"25.0.3\" 2026-04-21 LTS',   true",
    "'openjdk version \"25-ea\" 2025-09-16',        true"
  })
  void startsOnEveryReleaseFrom17WithFlagsThatItKnows(String version, boolean unsafe)
      throws Exception {
    java(programs, version);

    Run run = migrate("status", "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("-jar ").endsWith(" status --output json\n");
    assertThat(run.out().contains("--sun-misc-unsafe-memory-access=allow")).isEqualTo(unsafe);
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'java version \"1.8.0_402\"',             8",
    "'openjdk version \"11.0.22\" 2024-01-16', 11",
    "'no version at all',                      unknown"
  })
  void refusesAnOlderReleaseInOneLine(String version, String named) throws Exception {
    java(programs, version);
    apt("openjdk-21-jdk-headless");

    Run run = migrate("status");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            programs.resolve("java")
                + " is release "
                + named
                + "; 17 or newer is needed: set JAVA_HOME to one, or run: sudo apt-get install -y"
                + " openjdk-21-jdk-headless\n");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void prefersJavaHome() throws Exception {
    java(programs, "openjdk version \"11.0.22\" 2024-01-16");
    java(Files.createDirectories(folder.resolve("jdk/bin")), VERSION_17);

    Run run = run(List.of(launcher.toString(), "status"), folder.resolve("jdk").toString());

    assertThat(run.code()).as(run.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"openjdk-17-jdk-headless", "openjdk-21-jdk-headless", "openjdk-25-jdk-headless"})
  void installsReleaseOfferedByApt(String offered) throws Exception {
    apt(offered);

    Run run = migrate("status");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEqualTo("java is missing: installing " + offered + " with apt-get\n");
    assertThat(run.out()).endsWith(" status\n");
  }

  @Test
  void printsCommandIfAptOffersNoJava() throws Exception {
    apt("none");

    Run run = migrate("status");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .endsWith(
            "openjdk-17-jdk-headless could not be installed; run: apt-get install -y"
                + " openjdk-17-jdk-headless\n");
  }

  @Test
  void printsCommandIfTheUserMayNotInstall() throws Exception {
    user(1000);
    apt("openjdk-25-jdk-headless");

    Run run = migrate("status");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo("java is missing; run: sudo apt-get install -y openjdk-25-jdk-headless\n");
  }

  /** Prints its release, or else the arguments that it got. */
  private static void java(Path folder, String version) throws IOException {
    script(
        folder.resolve("java"),
        "[ \"$1\" != -version ] || { echo '" + version + "' >&2; exit 0; }; echo \"$@\"");
  }

  /** Knows one package, which brings {@code java}. */
  private void apt(String offered) throws IOException {
    Path packed = Files.createDirectories(folder.resolve("packed"));
    java(packed, VERSION_17);
    script(
        programs.resolve("apt-get"),
        """
        case "$*" in
          update*) ;;
          "install -s "*" %s") ;;
          install*" %s") cat %s >%s && chmod +x %s;;
          *) exit 100;;
        esac\
        """
            .formatted(
                offered,
                offered,
                packed.resolve("java"),
                programs.resolve("java"),
                programs.resolve("java")));
  }

  private void user(int id) throws IOException {
    script(programs.resolve("id"), "echo " + id);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Run migrate(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(words));
    return run(command, "");
  }

  private record Run(int code, String out, String err) {}

  private Run run(List<String> command, String javaHome) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", programs.toString());
    builder.environment().put("JAVA_HOME", javaHome);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Path which(String tool) {
    for (String folder : List.of("/bin", "/usr/bin")) {
      Path found = Path.of(folder, tool);
      if (Files.isExecutable(found)) {
        return found;
      }
    }
    throw new IllegalStateException("no " + tool);
  }
}
