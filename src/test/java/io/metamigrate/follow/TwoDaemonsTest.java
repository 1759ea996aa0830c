package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.WatchOption;
import io.metamigrate.lab.MigrateProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons at once: one writes at any time, as etcd's own history of the mark shows. */
final class TwoDaemonsTest {
  private static final ByteSequence MARK = ByteSequence.from("metamigrate/mark", UTF_8);
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void daemonThatSleptBeyondItsLeaseWritesNothing(@TempDir Path directory) throws Exception {
    List<String> holders = new CopyOnWriteArrayList<>();
    try (FollowLab lab = FollowLab.start(directory);
        Client etcd = Client.builder().endpoints(lab.etcd().endpoint()).build()) {
      watchMarks(etcd, holders);
      MigrateProcess first = lab.daemon("first").start();
      try (Load load = lab.load(200)) {
        first.awaitFollowing();
        MigrateProcess second = lab.daemon("second").start();
        second.await("is on standby", status -> status.toString().contains("is on standby"));
        HttpResponse<String> clean = second.send("POST", "/abort?clean=true", "", true);
        assertThat(clean.statusCode()).isEqualTo(409);
        assertThat(clean.body()).contains("on standby and deletes nothing");
        String one = lab.admin().text("metamigrate/lock");
        assertSendsToTheLeader(second, one);

        first.process().freeze();
        second.awaitFollowing();
        String two = lab.admin().text("metamigrate/lock");
        first.process().thaw();

        first.await("is on standby", status -> status.toString().contains("is on standby"));
        assertSendsToTheLeader(first, two);
        second.barrier();
        long before = load.accepted();
        await("both live on").atMost(TIMEOUT).until(() -> load.accepted() > before + 500);
        second.barrier();
        assertThat(runs(holders)).containsExactly(one, two);

        second.process().kill();
        first.awaitFollowing();
        first.barrier();
        assertThat(runs(holders)).hasSize(3);
      }
      lab.assertEqualAtTheBarrier(first);
    }
  }

  /** Also one that led before: what it knows of the copy is outdated. */
  private static void assertSendsToTheLeader(MigrateProcess standby, String leader)
      throws IOException {
    JsonNode status = standby.status();
    assertThat(status.at("/canCutover/now").asBoolean(true)).as(status.toString()).isFalse();
    assertThat(status.at("/canCutover/reasons/0/text").asText()).contains("on standby", leader);
    assertThat(status.path("standbyFor").asText()).isEqualTo(leader);
    assertThat(status.path("lastVerification").isNull()).isTrue();
    HttpResponse<String> ready = standby.send("GET", "/readyz", "", false);
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("on standby", leader);
  }

  private static void watchMarks(Client etcd, List<String> holders) {
    etcd.getWatchClient()
        .watch(
            MARK,
            WatchOption.builder().withRevision(1).build(),
            response ->
                response
                    .getEvents()
                    .forEach(
                        event ->
                            holders.add(holder(event.getKeyValue().getValue().toString(UTF_8)))));
  }

  /** A mark is the holder's name and, of a transaction of keys, what distinguishes its attempts. */
  private static String holder(String mark) {
    return mark.replaceFirst("^(\\S+ pid \\d+ \\S+).*", "$1");
  }

  /** The same holder several times in a row is one run; one that comes back is another. */
  private static List<String> runs(List<String> holders) {
    List<String> runs = new ArrayList<>();
    for (String holder : holders) {
      if (runs.isEmpty() || !runs.get(runs.size() - 1).equals(holder)) {
        runs.add(holder);
      }
    }
    return runs;
  }
}
