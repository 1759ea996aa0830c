package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.QuotedOutput;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The window in processes of its own, which can be frozen, beside a daemon that lives. */
@Timeout(600)
final class WindowProcessTest extends TwoStores {
  private static int number;

  private TestBed bed;
  private CommandNodes nodes;
  private Path home;

  @BeforeEach
  void bed() throws Exception {
    number++;
    home = folder.resolve("test-" + number);
    bed = new TestBed(folder, zookeeper, etcd, "60s");
    nodes = CommandNodes.start(home.resolve("nodes"), bed);
  }

  @AfterEach
  void close() {
    nodes.close();
    bed.close();
  }

  /** Before the point of no return and after it. */
  @Test
  void thawedProcessChangesNothing() throws Exception {
    thawedProcessChangesNothing("start broker");
  }

  @Test
  @Tag("campaign")
  void thawedProcessChangesNothingElsewhere() throws Exception {
    thawedProcessChangesNothing("configure bookie");
  }

  private void thawedProcessChangesNothing(String place) throws Exception {
    bed.copy();
    Path config = nodes.config("frozen-" + number + ".yaml");
    String action =
        place.startsWith("start")
            ? "start " + bed.brokers.get(0).id
            : "configure " + bed.bookies.get(1).id;
    try (MigrateCommand first = cutover("first", config)) {
      CountDownLatch frozen = new CountDownLatch(1);
      bed.driver.before(
          text -> {
            if (text.equals(action) && frozen.getCount() > 0) {
              first.process().freeze();
              frozen.countDown();
            }
          });
      assertThat(frozen.await(5, TimeUnit.MINUTES)).as(first.log()).isTrue();
      try (MigrateCommand second = cutover("second", config)) {
        assertThat(second.awaitEnd()).as(second.log()).isZero();
        assertThat(second.log()).contains("done: cluster c1, phase Observing");
      }
      List<String> actions = bed.driver.actions();
      CutoverState state = bed.state();
      List<String> tree = tree();
      long revision = bed.stores.keys().revision().value();

      first.process().thaw();

      assertThat(first.awaitEnd()).as(first.log()).isEqualTo(3);
      assertThat(first.log()).contains("the lock");
      QuotedOutput.assertPrinted(
          "runbooks/window.md", "WindowProcessTest#thawedProcessChangesNothing", first.log());
      assertThat(bed.driver.actions()).isEqualTo(actions);
      assertThat(bed.state()).isEqualTo(state);
      assertThat(tree()).isEqualTo(tree);
      assertThat(bed.stores.keys().revision().value()).isEqualTo(revision);
      bed.assertServingOnEtcd();
    }
  }

  @Test
  @Tag("campaign")
  void outageAboveTheLimitRollsBackAutomatically() throws Exception {
    bed.copy();
    Path config =
        nodes.config(
            "outage-" + number + ".yaml",
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != no-return || sleep 3\"}\n");
    try (MigrateCommand cutover =
        MigrateCommand.start(
            home.resolve("outage"),
            "cutover",
            "--config",
            config.toString(),
            "--confirm",
            "c1",
            "--max-outage",
            "2s")) {
      assertThat(cutover.awaitEnd()).as(cutover.log()).isEqualTo(7);

      assertThat(cutover.log())
          .contains("more than the 2 s of cutover.maxOutage; rolling back", "phase RolledBack");
      bed.assertServingOnZooKeeper();
    }
  }

  /** The daemon follows, is not disturbed by a rehearsal, and leaves the lock to the window. */
  @Test
  void runningDaemonYieldsTheLock() throws Exception {
    Path config = nodes.config("living-" + number + ".yaml");
    String printed;
    try (MigrateCommand daemon =
        MigrateCommand.start(home.resolve("daemon"), "run", "--config", config.toString())) {
      awaitCanBegin(config);
      String holder = bed.move().lockHolder().orElseThrow();
      try (MigrateCommand rehearsal = cutover("rehearsal", config, "--dry-run", "--scratch-copy")) {
        assertThat(rehearsal.awaitEnd()).as(rehearsal.log()).isZero();
        assertThat(rehearsal.log()).contains("no blockers", "scratch copy: ");
        printed = rehearsal.log();
      }
      assertThat(bed.move().lockHolder()).contains(holder);
      for (String request : List.of("pause", "resume", "abort", "status")) {
        CommandLineRun refused =
            CommandLineRun.migrate(request, "--config", config.toString(), "--cluster", "c2");
        assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
        assertThat(refused.toString()).contains("cluster c1", "c2");
      }
      bed.create("/admin/policies/public/after-the-rehearsal", TestBed.NOTHING);
      List<String> shown = new CopyOnWriteArrayList<>();
      bed.driver.before(
          text -> {
            if (shown.isEmpty()
                && bed.brokers.stream().anyMatch(it -> text.equals("stop " + it.id))) {
              shown.addAll(whatTheWindowShows(config));
            }
          });

      try (MigrateCommand cutover = cutover("cutover", config)) {
        assertThat(cutover.awaitEnd()).as(cutover.log()).isZero();
        assertThat(cutover.log()).contains("the daemon stops and hands over the lock");
        QuotedOutput.assertPrinted(
            "runbooks/window.md",
            "WindowProcessTest#runningDaemonYieldsTheLock",
            printed + cutover.log());
      }
      assertThat(shown.get(0)).contains("BrokersStopped", "waiting for    step ");
      assertThat(shown.get(1))
          .contains(
              "metamigrate_phase{cluster=\"c1\",phase=\"BrokersStopped\"} 1.0",
              "metamigrate_step_number{cluster=\"c1\"} ",
              "metamigrate_step_started_timestamp_seconds{cluster=\"c1\"} ");
      assertThat(shown.get(2)).contains("{\"at\":\"", "Stop all brokers");
      assertThat(daemon.awaitEnd()).as(daemon.log()).isZero();
      // A first copy that is shorter than the pause of the log is not seen.
      QuotedOutput.assertPrinted(
          "runbooks/monitoring.md",
          "WindowProcessTest#runningDaemonYieldsTheLock",
          daemon
              .log()
              .replace(
                  "before=\"Planned\" after=\"Following\"",
                  "before=\"Copying\" after=\"Following\""));
      assertThat(bed.key("/admin/policies/public/after-the-rehearsal")).isPresent();
      bed.assertServingOnEtcd();
    }
  }

  /** Status, metrics and events, once the window serves them. */
  private static List<String> whatTheWindowShows(Path config) {
    await().atMost(Duration.ofMinutes(1)).until(() -> status(config).contains("BrokersStopped"));
    String address = Configuration.load(config).control().listen().toString();
    return List.of(status(config), get(address, "/metrics"), get(address, "/events"));
  }

  private static String status(Path config) {
    return CommandLineRun.migrate("status", "--config", config.toString()).out();
  }

  private static String get(String address, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitCanBegin(Path config) {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                CommandLineRun.migrate("status", "--config", config.toString())
                    .out()
                    .contains("cutover        can begin"));
  }

  private MigrateCommand cutover(String name, Path config, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("cutover", "--config", config.toString(), "--confirm", "c1", "--yes"));
    words.addAll(List.of(more));
    return MigrateCommand.start(home.resolve(name), words.toArray(String[]::new));
  }

  /** Persistent znodes with the zxid of their last change and their access lists. */
  private List<String> tree() throws Exception {
    List<String> tree = new ArrayList<>();
    for (String path : bed.persistentNodes()) {
      tree.add(path + bed.zk().exists(path, false).getMzxid() + bed.zk().getACL(path, null));
    }
    return tree;
  }
}
