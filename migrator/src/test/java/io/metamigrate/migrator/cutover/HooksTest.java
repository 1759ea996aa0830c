package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.HooksConfig;
import io.metamigrate.migrator.restart.StepOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class HooksTest {
  private static final Hooks.Boundary HERE =
      new Hooks.Boundary(
          "c1", "RollingBookies", "restart-bookie", 4, 17, Optional.of("b1:3181"), false);

  private final Path folder;

  HooksTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void noHookIsNoObstacle() {
    assertThat(Hooks.none().run(Hooks.HookPoint.BEFORE_STEP, HERE))
        .isInstanceOf(StepOutcome.Done.class);
    assertThat(Hooks.none().run(Hooks.HookPoint.FENCE, HERE)).isInstanceOf(StepOutcome.Done.class);
    assertThat(Hooks.none().onFailure(HERE, "x")).isInstanceOf(StepOutcome.Done.class);
  }

  @Test
  void passesTheStateOfTheCutoverToTheHook() throws Exception {
    Path log = folder.resolve("log");
    String command = "env | grep ^METAMIGRATE_ | grep -v ^METAMIGRATE_KUBE= | sort >>" + log;
    Hooks hooks =
        new Hooks(
            Map.of(Hooks.HookPoint.BEFORE_STEP, command, Hooks.HookPoint.ON_FAILURE, command),
            Duration.ofSeconds(10));

    hooks.run(Hooks.HookPoint.BEFORE_STEP, HERE);
    hooks.onFailure(HERE, "bookie b1:3181 did not register");

    assertThat(Files.readAllLines(log))
        .containsExactly(
            "METAMIGRATE_CLUSTER=c1",
            "METAMIGRATE_HOOK=before-step",
            "METAMIGRATE_NODE=b1:3181",
            "METAMIGRATE_PHASE=RollingBookies",
            "METAMIGRATE_RETURN=restart",
            "METAMIGRATE_STEP=restart-bookie",
            "METAMIGRATE_STEP_COUNT=17",
            "METAMIGRATE_STEP_NUMBER=4",
            "METAMIGRATE_CLUSTER=c1",
            "METAMIGRATE_FAILURE=bookie b1:3181 did not register",
            "METAMIGRATE_HOOK=on-failure",
            "METAMIGRATE_NODE=b1:3181",
            "METAMIGRATE_PHASE=RollingBookies",
            "METAMIGRATE_RETURN=restart",
            "METAMIGRATE_STEP=restart-bookie",
            "METAMIGRATE_STEP_COUNT=17",
            "METAMIGRATE_STEP_NUMBER=4");
  }

  @Test
  void aHookThatEndsWithAnythingButZeroStops() {
    Hooks hooks =
        new Hooks(
            Map.of(Hooks.HookPoint.AFTER_STEP, "echo page is red; exit 1"), Duration.ofSeconds(10));

    assertThat(hooks.run(Hooks.HookPoint.AFTER_STEP, HERE))
        .isEqualTo(
            new StepOutcome.Failed("after-step hook at restart-bookie ended with 1: page is red"));
  }

  @Test
  void aHookThatDoesNotEndInTimeStops() {
    Hooks hooks =
        new Hooks(Map.of(Hooks.HookPoint.BEFORE_STEP, "sleep 600"), Duration.ofMillis(300));

    assertThat(hooks.run(Hooks.HookPoint.BEFORE_STEP, HERE))
        .isEqualTo(
            new StepOutcome.Failed("before-step hook at restart-bookie did not end in time"));
  }

  @Test
  void takesEachHookFromTheConfiguration() {
    HooksConfig config =
        new HooksConfig(
            new HooksConfig.StepHooks(Optional.of("a"), Optional.of("b"), Optional.of("c")),
            new HooksConfig.WriterHooks(Optional.of("d"), Optional.of("e")),
            new HooksConfig.FenceHooks(Optional.of("f"), Optional.of("g")),
            Duration.ofMinutes(1));

    assertThat(Hooks.HookPoint.values()).allMatch(Hooks.of(config)::has);
    assertThat(Hooks.HookPoint.values()).noneMatch(Hooks.none()::has);
  }
}
