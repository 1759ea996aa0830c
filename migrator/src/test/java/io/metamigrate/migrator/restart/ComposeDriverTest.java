package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a program in docker's place that records its arguments and prints what a test wants. */
@Timeout(30)
final class ComposeDriverTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181", "bookie-1");

  private final Path folder;
  private final Path base;
  private final Path override;

  ComposeDriverTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.base = Files.writeString(folder.resolve("docker-compose.yml"), "services: {}\n");
    this.override = folder.resolve("docker-compose.metamigrate.yml");
  }

  @Test
  void stopsOneServiceWithItsGracePeriod() throws Exception {
    ComposeDriver driver = driver("true");

    assertThat(driver.stop(BOOKIE)).isInstanceOf(StepOutcome.Done.class);

    assertThat(arguments())
        .containsExactly("compose -p pulsar -f " + base + " stop -t 50 bookie-1");
  }

  @Test
  void changesNothingAfterTheLockIsLost() throws Exception {
    ComposeDriver driver = driver("true");
    driver.confirmBefore(
        () -> {
          throw new IllegalStateException("the lock is lost");
        });
    Settings settings = Settings.of(Map.of("metadataServiceUri", "u"), Set.of());
    List<Supplier<StepOutcome>> acts =
        List.of(
            () -> driver.stop(BOOKIE),
            () -> driver.configure(BOOKIE, settings),
            () -> driver.start(BOOKIE));

    for (Supplier<StepOutcome> act : acts) {
      assertThatThrownBy(act::get).hasMessage("the lock is lost");
    }

    assertThat(override).doesNotExist();
    // It may have read the configuration, which changes nothing.
    assertThat(arguments()).allMatch(line -> line.contains(" config "));
  }

  @Test
  void startsOneServiceWithOverrideWithoutDependencies() throws Exception {
    ComposeDriver driver = driver("true");
    Settings settings = Settings.of(Map.of("metadataServiceUri", "u"), Set.of("zkServers"));

    assertThat(driver.configure(BOOKIE, settings)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(BOOKIE)).isInstanceOf(StepOutcome.Done.class);

    List<String> all = arguments();
    assertThat(all.subList(all.size() - 2, all.size()))
        .containsExactly(
            "compose -p pulsar -f " + base + " -f " + override + " config --quiet bookie-1",
            "compose -p pulsar -f "
                + base
                + " -f "
                + override
                + " up -d --no-deps --no-build bookie-1");
    assertThat(Files.readString(override))
        .contains("PULSAR_PREFIX_metadataServiceUri: \"u\"", "zkServers: \"\"");
    assertThat(Files.readString(base)).isEqualTo("services: {}\n");
  }

  @Test
  void keepsOptionsOfTheService() throws Exception {
    ComposeDriver driver =
        driver(
            "for last; do :; done; case \"$*\" in *--output*) echo"
                + " '{\"services\":{\"bookie-1\":{\"environment\":{\"OPTS\":\"-Dmine=1\"}}}}'"
                + " >\"$last\";; esac");

    driver.configure(BOOKIE, Settings.of(Map.of(), Set.of(), Set.of(), List.of("-Da=b")));

    assertThat(Files.readString(override)).contains("OPTS: \"-Dmine=1 -Da=b\"");
  }

  @Test
  void restartPolicyMayRestartAService() {
    assertThat(policy("always").startsAgain(BOOKIE)).isTrue();
    assertThat(policy("on-failure:3").startsAgain(BOOKIE)).isTrue();
    assertThat(policy("no").startsAgain(BOOKIE)).isFalse();
    assertThat(
            driver(
                    "for last; do :; done; case \"$*\" in *--output*) echo"
                        + " '{\"services\":{\"bookie-1\":{\"deploy\":{\"restart_policy\":{\"condition\":\"any\"}}}}}'"
                        + " >\"$last\";; esac")
                .startsAgain(BOOKIE))
        .isTrue();
    assertThat(driver("true").startsAgain(BOOKIE)).isFalse();
  }

  private ComposeDriver policy(String restart) {
    return driver(
        "for last; do :; done; case \"$*\" in *--output*) echo"
            + " '{\"services\":{\"bookie-1\":{\"restart\":\""
            + restart
            + "\"}}}' >\"$last\";; esac");
  }

  @Test
  void probesContainersOfTheService() {
    ComposeDriver running =
        driver("case \"$1\" in compose) echo 0123456789ab;; *) echo true;; esac");
    assertThat(running.probe(BOOKIE, NodeState.RUNNING)).isInstanceOf(StepOutcome.Done.class);
    assertThat(running.probe(BOOKIE, NodeState.STOPPED)).isInstanceOf(StepOutcome.NotYet.class);

    ComposeDriver exited =
        driver("case \"$1\" in compose) echo 0123456789ab;; *) echo false;; esac");
    assertThat(exited.probe(BOOKIE, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(exited.probe(BOOKIE, NodeState.RUNNING)).isInstanceOf(StepOutcome.NotYet.class);

    ComposeDriver none = driver("true");
    assertThat(none.probe(BOOKIE, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
  }

  @Test
  void silentEngineDoesNotProveAStoppedNode() {
    ComposeDriver driver = driver("echo Cannot connect to the Docker daemon >&2; exit 1");

    assertThat(driver.probe(BOOKIE, NodeState.STOPPED))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("Cannot connect to the Docker daemon"));
    assertThat(driver.stop(BOOKIE)).isInstanceOf(StepOutcome.Failed.class);
  }

  @Test
  void rehearsalNamesUnknownService() throws Exception {
    ComposeDriver driver =
        driver("case \"$*\" in *bookie-1) echo no such service: bookie-1; exit 1;; esac");

    assertThat(driver.check(List.of(BOOKIE)))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("no such service: bookie-1"));
    assertThat(arguments()).noneMatch(words -> words.contains(" up ") || words.contains(" stop "));
  }

  /** Compose prints each dollar sign twice, and reads it so. */
  @Test
  void keepsDollarSigns() throws Exception {
    ComposeDriver driver =
        driver(
            "for last; do :; done; case \"$*\" in *--output*) echo"
                + " '{\"services\":{\"bookie-1\":{\"environment\":{\"OPTS\":\"-Dmine=$$HOME\"}}}}'"
                + " >\"$last\";; esac");

    assertThat(driver.configuration(BOOKIE).jvmOptions()).containsExactly("-Dmine=$HOME");
    driver.configure(BOOKIE, Settings.of(Map.of(), Set.of(), Set.of(), List.of("-Da=b")));
    assertThat(Files.readString(override)).contains("OPTS: \"-Dmine=$$HOME -Da=b\"");
  }

  @Test
  void passesFilesInOrder() throws Exception {
    Path more = Files.writeString(folder.resolve("more.yml"), "services: {}\n");
    ComposeDriver driver = driver("true", List.of(base, more));

    assertThat(driver.start(BOOKIE).isDone()).isTrue();

    assertThat(arguments())
        .containsExactly(
            "compose -p pulsar -f "
                + base
                + " -f "
                + more
                + " up -d --no-deps --no-build bookie-1");
  }

  @Test
  void namesContainerCreatedFromOtherFiles() throws Exception {
    Path more = Files.writeString(folder.resolve("more.yml"), "services: {}\n");
    String made =
        "case \"$1\" in inspect) echo %s,%s;; *) case \"$*\" in *-q*) echo 0123456789ab;; esac;; esac"
            .formatted(base, more);

    assertThat(driver(made, List.of(base)).check(List.of(BOOKIE)))
        .anySatisfy(
            found ->
                assertThat(found.toString())
                    .contains("was created from " + base + "," + more, "cutover.driver.file"));
    assertThat(driver(made, List.of(base, more)).check(List.of(BOOKIE)))
        .noneMatch(found -> found.message().contains("was created from"));
    assertThat(driver(made, List.of(more, base)).check(List.of(BOOKIE)))
        .anyMatch(found -> found.message().contains("was created from"));
  }

  /** Without it, variables of the compose file would be empty in the next container. */
  @Test
  void namesContainerCreatedWithAnotherEnvFile() throws Exception {
    Path env = Files.writeString(folder.resolve("prod.env"), "ZK=zk1\n");
    String made =
        "case \"$1\" in inspect) echo '%s|%s|h|';; *) case \"$*\" in *-q*) echo 0123456789ab;; *--hash*) echo bookie-1 h;; esac;; esac"
            .formatted(base, env);

    assertThat(driver(made, List.of(base)).check(List.of(BOOKIE)))
        .anySatisfy(
            found ->
                assertThat(found.toString())
                    .contains("was created with --env-file " + env, "cutover.driver.envFile"));
    ComposeDriver with =
        new ComposeDriver(
            folder.resolve("docker").toString(),
            List.of(base),
            List.of(env),
            override,
            Optional.empty(),
            Duration.ofMinutes(1));
    assertThat(with.check(List.of(BOOKIE)))
        .noneMatch(found -> found.message().contains("--env-file"));
    assertThat(arguments()).contains("compose --env-file " + env + " -f " + base + " ps -q");
  }

  @Test
  void blocksSeveralContainersOfOneService() {
    assertThat(
            driver(
                    "case \"$1\" in inspect) echo '%s||h|';; *) case \"$*\" in *-q*) echo 0123456789ab; echo 0123456789ac;; esac;; esac"
                        .formatted(base))
                .check(List.of(BOOKIE)))
        .anySatisfy(
            found -> {
              assertThat(found.message()).contains("2 containers", "SEVERAL_CONTAINERS");
              assertThat(found.blocks()).isTrue();
              assertThat(found.acceptAs()).isEmpty();
            });
  }

  /** Compose does not see it, and would start a second bookie on the same data. */
  @ParameterizedTest
  @ValueSource(strings = {"prod_bookie-1", "bookie-1"})
  void blocksTaskOfSwarm(String service) {
    assertThat(
            driver("case \"$1\" in ps) echo other; echo; echo " + service + ";; esac")
                .check(List.of(BOOKIE)))
        .anySatisfy(
            found -> {
              assertThat(found.message()).contains("SWARM_TASK");
              assertThat(found.blocks()).isTrue();
              assertThat(found.acceptAs()).isEmpty();
            })
        .noneMatch(found -> found.message().contains("has no container"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo prod_bookie-11; echo", "echo not a swarm >&2; exit 1"})
  void namesServiceWithoutContainer(String tasks) {
    assertThat(driver("case \"$1\" in ps) " + tasks + ";; esac").check(List.of(BOOKIE)))
        .anyMatch(found -> found.message().contains("has no container in the project"))
        .noneMatch(found -> found.message().contains("SWARM_TASK"));
  }

  @Test
  void changedDescriptionNeedsConfirmation() {
    String made =
        "case \"$1\" in inspect) echo '%s||old|';; *) case \"$*\" in *-q*) echo 0123456789ab;; *--hash*) echo bookie-1 new;; *--dry-run*) echo 'Container b Recreate';; esac;; esac"
            .formatted(base);

    assertThat(driver(made, List.of(base)).check(List.of(BOOKIE)))
        .anySatisfy(found -> assertThat(found.acceptAs()).contains("PENDING_CHANGES:bookie-1"));
    assertThat(driver(made.replace("Recreate", "Running"), List.of(base)).check(List.of(BOOKIE)))
        .noneMatch(found -> found.message().contains("PENDING_CHANGES"));
    assertThat(driver(made.replace("|old|", "|new|"), List.of(base)).check(List.of(BOOKIE)))
        .noneMatch(found -> found.message().contains("PENDING_CHANGES"));
  }

  /** Or the second one would come to light only in the window. */
  @Test
  void namesImageThatIsGoneAndChangedDescription() {
    String made =
        "case \"$1\" in image) exit 1;; inspect) echo '%s||old|sha256:a|pulsar:3|';; *) case \"$*\" in *-q*) echo 0123456789ab;; *--hash*) echo bookie-1 new;; *--dry-run*) echo 'Container b Recreate';; esac;; esac"
            .formatted(base);

    assertThat(driver(made, List.of(base)).check(List.of(BOOKIE)))
        .extracting(found -> found.acceptAs().orElse(""))
        .contains("IMAGE_MAY_BE_MISSING:bookie-1", "PENDING_CHANGES:bookie-1");
  }

  /** A service of a profile is in the file only if its profile is asked for. */
  @Test
  void readsServicesOfProfiles() throws Exception {
    ComposeDriver driver =
        driver(
            "for last; do :; done; case \"$*\" in *--profile*--output*) echo"
                + " '{\"services\":{\"bookie-1\":{\"restart\":\"always\",\"environment\":{\"OPTS\":\"-Dmine=1\"}}}}'"
                + " >\"$last\";; *--output*) echo '{\"services\":{}}' >\"$last\";; esac");

    assertThat(driver.configuration(BOOKIE).jvmOptions()).containsExactly("-Dmine=1");
    assertThat(driver.startsAgain(BOOKIE)).isTrue();
    driver.configure(BOOKIE, Settings.of(Map.of(), Set.of(), Set.of(), List.of("-Da=b")));
    assertThat(Files.readString(override)).contains("OPTS: \"-Dmine=1 -Da=b\"");
    assertThat(driver.check(List.of(BOOKIE)))
        .anyMatch(found -> found.message().contains("BOOKIE_DATA_VOLATILE"));
  }

  @Test
  void readsVariablesAndFilesOfAService() throws Exception {
    ComposeDriver driver =
        driver(
            "for last; do :; done; case \"$*\" in *--output*) echo"
                + " '{\"services\":{\"bookie-1\":{\"environment\":{\"OPTS\":\"-Dmine=1\",\"a\":\"b\"}}}}'"
                + " >\"$last\";; esac");

    NodeConfiguration shown = driver.configuration(BOOKIE);

    assertThat(shown.settings()).containsEntry("a", "b");
    assertThat(shown.jvmOptions()).containsExactly("-Dmine=1");
    assertThat(shown.digests()).containsOnlyKeys(base.toString());
    assertThat(shown.replicas()).contains(1);
    assertThat(driver("echo '{}' >\"$last\"; exit 1").configuration(BOOKIE).silence()).isPresent();
  }

  private ComposeDriver driver(String script) {
    return driver(script, List.of(base));
  }

  private ComposeDriver driver(String script, List<Path> files) {
    try {
      Path docker = folder.resolve("docker");
      Files.writeString(
          docker, "#!/bin/sh\necho \"$*\" >>" + folder.resolve("arguments") + "\n" + script + "\n");
      Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
      return new ComposeDriver(
          docker.toString(),
          files,
          List.of(),
          override,
          Optional.of("pulsar"),
          Duration.ofMinutes(1));
    } catch (IOException e) {
      throw new IllegalStateException("no stand-in for docker", e);
    }
  }

  private List<String> arguments() throws IOException {
    return Files.readAllLines(folder.resolve("arguments"));
  }
}
