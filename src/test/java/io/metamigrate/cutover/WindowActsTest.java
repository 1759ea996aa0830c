package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.options.LeaseOption;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the window does outside its process: recorded before, by the holder of the lock, seen. */
@Timeout(400)
final class WindowActsTest extends OnHookedCommands {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  WindowActsTest() {
    super("200s");
  }

  @Test
  void rollbackUndoesFenceHookWithFailedProof() throws Exception {
    refuseAccessLists();
    Path config = config("fence", fenceHooks("touch fenced"));

    CommandLineRun stopped = run(config, "cutover --yes");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.json().path("step").asText()).isEqualTo("fence");
    assertThat(home.resolve("unfenced")).doesNotExist();
    CommandLineRun back = run(config, "rollback");
    assertThat(back.code()).as(back.toString()).isZero();
    assertThat(home.resolve("unfenced")).exists();
  }

  @Test
  @Tag("campaign")
  void rollbackUndoesInterruptedFenceHook() throws Exception {
    refuseAccessLists();
    Path config = config("fence", fenceHooks("touch fenced; sleep 3"));
    try (MigrateCommand cutover = start("cutover", config, "cutover --yes")) {
      await().atMost(TIMEOUT).until(() -> Files.exists(home.resolve("fenced")));
      cutover.process().kill();
    }

    CommandLineRun back = run(config, "rollback");

    assertThat(back.code()).as(back.toString()).isZero();
    assertThat(home.resolve("unfenced")).exists();
  }

  /** Access lists cannot be changed there, so the fence is left to the hook. */
  private void refuseAccessLists() throws Exception {
    bed.zk()
        .setACL(
            "/counters/producer-name",
            new ArrayList<>(List.of(new ACL(Perms.ALL & ~Perms.ADMIN, Ids.ANYONE_ID_UNSAFE))),
            -1);
  }

  private String fenceHooks(String fence) {
    return "hooks: {fence: \"cd %s; %s\", unfence: \"touch %s/unfenced\"}\n"
        .formatted(home, fence, home);
  }

  @Test
  void stopsNoBookieWhileAMovedOneIsDown() throws Exception {
    StandIn first = bed.bookies.get(0);
    String second = bed.bookies.get(1).id;
    Path config =
        edited(
            config(
                "order",
                "hooks: {beforeStep: \"test \\\"$METAMIGRATE_NODE\\\" != %s || test -e %s/go || { touch %s/at; while test ! -e %s/go; do sleep 0.05; done; }\"}\n"
                    .formatted(second, home, home, home)),
            "  driver:",
            "  budgets: {move-bookie: 15s}\n  driver:");
    CompletableFuture<CommandLineRun> cutover =
        CompletableFuture.supplyAsync(() -> run(config, "cutover --yes"));
    await().atMost(TIMEOUT).until(() -> Files.exists(home.resolve("at")));
    first.stop();
    Files.createFile(home.resolve("go"));

    CommandLineRun stopped = cutover.join();

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.json().path("reason").asText()).contains(first.id + " is down");
    assertThat(bed.driver.actions()).doesNotContain("stop " + second);
    // The one that is down comes back first, so that the rollback is no dead end.
    CommandLineRun back = run(config, "rollback");
    assertThat(back.code()).as(back.toString()).isZero();
    bed.assertServingOnZooKeeper();
  }

  @Test
  @Tag("campaign")
  void thawedProcessRunsNoHookAfterTakeover() throws Exception {
    String log = home.resolve("log").toString();
    Path hooked =
        config(
            "hooked",
            "hooks: {beforeStep: \"echo before $METAMIGRATE_STEP >>%s\", afterStep: \"echo after $METAMIGRATE_STEP >>%s; test $METAMIGRATE_STEP != claim-zookeeper || { touch %s/at; while test ! -e %s/go; do sleep 0.05; done; }\"}\n"
                .formatted(log, log, home, home));
    Path plain = config("plain", "");
    try (MigrateCommand first = start("first", hooked, "cutover --yes")) {
      await().atMost(TIMEOUT).until(() -> Files.exists(home.resolve("at")));
      first.process().freeze();
      Files.createFile(home.resolve("go"));
      CommandLineRun second = run(plain, "rollback");
      assertThat(second.code()).as(second.toString()).isZero();
      String before = Files.readString(Path.of(log));

      first.process().thaw();

      assertThat(first.awaitEnd()).as(first.log()).isEqualTo(3);
      assertThat(Files.readString(Path.of(log))).isEqualTo(before);
    }
  }

  @Test
  void reportsIneffectiveStopCommandWithinSeconds() throws Exception {
    Path config = config("lazy", "");
    String stop = Files.readString(config).split("stop: \"", 2)[1].split("\"", 2)[0];
    Path lazy = edited(config, "stop: \"" + stop, "stop: \"true");

    CommandLineRun stopped = run(lazy, "cutover --yes");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.json().path("reason").asText()).contains("its probe reports", "still runs");
    stopped
        .json()
        .path("steps")
        .forEach(step -> assertThat(step.path("seconds").asDouble()).isLessThan(40));
    assertThat(run(config, "rollback").code()).isZero();
    bed.assertServingOnZooKeeper();
  }

  @Test
  void lockHasConfiguredTtl() throws Exception {
    AtomicLong seconds = new AtomicLong();
    bed.driver.before(
        action -> {
          if (action.startsWith("stop")) {
            long lease = bed.key("metamigrate/lock").orElseThrow().getLease();
            seconds.set(
                StandIn.get(
                        bed.servers.etcd().getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT))
                    .getGrantedTTL());
          }
        });
    Path config = edited(config("ttl", ""), "target: {", "target: {lockTtl: 27s, ");

    CommandLineRun done = run(config, "cutover --yes");

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(seconds.get()).isEqualTo(27);
  }
}
