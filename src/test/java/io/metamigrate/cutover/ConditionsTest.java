package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a step requires is asked right before it acts: each time something happens between the check
 * of the cluster and the step.
 */
@Timeout(300)
final class ConditionsTest extends OnHookedCommands {
  ConditionsTest() {
    super("5s");
  }

  @Test
  void noBridgeIsBuiltOverABookieThatSomebodyStartedOnEtcd() throws Exception {
    Path config = stoppingAt("start-bridge");
    run(config, "cutover --yes");
    bed.put("/ledgers/available/10.0.0.9:3181", new byte[0]);

    CommandLineRun refused = run(config("again", ""), "cutover");

    assertStopped(refused, "start-bridge", "every bookie on etcd was moved there by this move");
    bed.delete("/ledgers/available/10.0.0.9:3181");
    bed.budget("60s");
    assertThat(run(config("third", ""), "cutover --yes").code()).isZero();
  }

  @Test
  @Tag("campaign")
  void noBrokerStartsOnZooKeeperThatLacksWhatEtcdHas() throws Exception {
    bed.budget("60s");
    assertThat(run(config("first", ""), "cutover --yes").code()).isZero();
    Path reached = home.resolve("reached");
    Path proceed = home.resolve("go-on");
    Path config =
        config(
            "late",
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != start-brokers-on-zookeeper || { touch %s; until test -e %s; do sleep 0.1; done; }\"}\n"
                .formatted(reached, proceed));
    CompletableFuture<CommandLineRun> rollback =
        CompletableFuture.supplyAsync(() -> run(config, "rollback"));
    await().atMost(ofMinutes(2)).until(() -> Files.exists(reached));
    bed.put("/admin/policies/public/late", "{}".getBytes(UTF_8));
    Files.createFile(proceed);

    CommandLineRun refused = rollback.get(120, TimeUnit.SECONDS);

    assertStopped(refused, "start-brokers-on-zookeeper", "etcd was changed after it was compared");
    assertThat(run(config("again", ""), "rollback").code()).isZero();
    assertThat(bed.dataInZooKeeper("/admin/policies/public/late")).isEqualTo("{}");
  }

  @Test
  @Tag("campaign")
  void noMetadataWriterIsStoppedWhileTheAuditorNamesLedgers() throws Exception {
    Path config = stoppingAt("stop-metadata-writers");
    run(config, "cutover --yes");
    String named = "/ledgers/underreplication/ledgers/0000/0000/0000/0003/urL0000000003";
    bed.create(named, "x".getBytes(UTF_8));

    assertStopped(
        run(config("again", ""), "cutover"), "stop-metadata-writers", "the auditor names");
    bed.deleteInZooKeeper(named);
    bed.budget("60s");
    assertThat(run(config("third", ""), "cutover --yes").code()).isZero();
  }

  @Test
  @Tag("campaign")
  void noBrokerIsStoppedWhileABookieIsDown() throws Exception {
    Path config = stoppingAt("stop-brokers");
    run(config, "cutover --yes --strategy stop-all");
    bed.bookies.get(2).stop();

    CommandLineRun refused = run(config("again", ""), "cutover");

    assertStopped(refused, "stop-brokers", bed.bookies.get(2).id);
    assertThat(bed.brokers).allMatch(StandIn::running);
    bed.bookies.get(2).start();
    bed.budget("60s");
    assertThat(run(config("third", ""), "cutover --yes").code()).isZero();
  }

  private Path stoppingAt(String step) throws Exception {
    return config(
        "stopping-" + step,
        "hooks: {beforeStep: \"test $METAMIGRATE_STEP != %s\"}\n".formatted(step));
  }

  private static void assertStopped(CommandLineRun run, String step, String why)
      throws IOException {
    assertThat(run.code()).as(run.toString()).isEqualTo(7);
    assertThat(run.json().path("step").asText()).isEqualTo(step);
    assertThat(run.json().path("reason").asText()).contains(why);
  }
}
