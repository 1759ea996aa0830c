package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code run --dry-run} beside a cluster that changes: reports what it would write, and writes
 * nothing.
 */
@Tag("campaign")
final class DryRunTest {
  private static final Pattern WOULD =
      Pattern.compile("a run would put (\\d+), replace (\\d+) and delete (\\d+) keys now");

  /** ZooKeeper looks for empty containers so often; once a minute by default. */
  private static final String OFTEN = "-Dznode.container.checkIntervalMs=1000";

  @Test
  void writesNothingAndReportsPlannedWrites(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory, OFTEN)) {
      long before = lab.admin().revision();
      MigrateProcess dry = lab.daemon("dry", "--dry-run").start();
      try (Load load = lab.load(200)) {
        dry.await("has looked", s -> WOULD.matcher(s.path("waitingFor").asText()).find());
        // Twenty seconds of changes.
        dry.await("looks on", s -> load.accepted() > 4_000);
      }
      awaitReaped(lab);
      String last = dry.status().path("lastVerification").path("at").asText();
      dry.await(
          "has read what is there now, from the beginning",
          new Later("/lastVerification/at", last, 2));

      assertThat(lab.admin().revision()).isEqualTo(before);
      assertThat(lab.admin().countAll()).isZero();
      assertThat(dry.status().at("/health/problems")).as("nothing is copied yet").isEmpty();
      Matcher would = WOULD.matcher(dry.status().path("waitingFor").asText());
      assertThat(would.find()).isTrue();
      assertThat(would.group(2)).isEqualTo("0");
      assertThat(would.group(3)).isEqualTo("0");
      assertThat(dry.send("POST", "/abort?clean=true", "", true).body())
          .contains("a dry run has copied nothing");
      dry.process().stop();

      // A real run puts just that many keys, the seeds not counted.
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();
      daemon.barrier();
      long seeds = lab.keys().count("/ledgers/idgen") + lab.keys().count("/counters/producer-name");
      assertThat(lab.keys().count("/") - seeds).isEqualTo(Long.parseLong(would.group(1)));
      daemon.process().stop();

      lab.keys().put("/admin/clusters/demo", "different".getBytes(UTF_8));
      lab.keys().put("/admin/clusters/extra", "extra".getBytes(UTF_8));
      lab.keys().delete("/admin/clusters/global");
      long changed = lab.admin().revision();
      // A run would stop.
      dry.start();
      assertThat(dry.awaitEnd()).isEqualTo(3);
      assertThat(dry.log()).contains("was changed by another writer");

      MigrateProcess accepting = lab.daemon("accepting", accepting("demo", "extra", "global"));
      accepting.start();
      accepting.await(
          "finds all three",
          s -> s.path("waitingFor").asText().contains("would put 1, replace 1 and delete 1 keys"));
      assertThat(lab.admin().revision()).isEqualTo(changed);
      assertThat(CommandLineRun.migrate("status", "--config", accepting.config().toString()).out())
          .contains("dry run");
    }
  }

  private static String[] accepting(String... clusters) {
    return Stream.concat(
            Stream.of("--dry-run"),
            Arrays.stream(clusters)
                .flatMap(name -> Stream.of("--accept-foreign", "/admin/clusters/" + name)))
        .toArray(String[]::new);
  }

  /**
   * The load leaves tenants without a namespace: what was announced would be gone when it is
   * copied.
   */
  @SuppressWarnings("try")
  private static void awaitReaped(FollowLab lab) throws Exception {
    try (ZooKeeper client = new ZooKeeper(lab.zookeeper().connect(), 10_000, event -> {})) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  client.getChildren("/managed-ledgers", false).stream()
                      .noneMatch(tenant -> tenant.startsWith("load-")));
    }
  }
}
