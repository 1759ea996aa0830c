package io.metamigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.QuotedOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify --since} finds whatever changed on one side only, and reports what it left out. */
final class VerifySinceTest extends OnFilledTree {
  private static final String CHANGED = "/admin/policies/public/changed";
  private static final String GONE = "/admin/policies/public/gone";
  private static final byte[] OLD = {1};
  private static final byte[] NEW = {2};

  private static Path home;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    home = directory;
    fill(directory, 5);
    source.create().creatingParentsIfNeeded().forPath(CHANGED, OLD);
    source.create().forPath(GONE, OLD);
  }

  @BeforeEach
  void copyAgain() throws Exception {
    Outcome run = commands.run("run", "--once");
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void comparesNothingWithoutChanges() throws IOException {
    JsonNode whole = commands.run("verify", "--output", "json").json();
    String position = whole.path("position").asText();

    JsonNode since = commands.run("verify", "--since", position, "--output", "json").json();
    Outcome text = commands.run("verify", "--since", position);

    long left = since.path("skipped").path("not-changed").asLong();
    assertThat(since.path("consistent").asBoolean()).isTrue();
    assertThat(since.path("compared").asLong()).as("the counters").isBetween(1L, 5L);
    assertThat(since.path("compared").asLong() + left).isEqualTo(whole.path("compared").asLong());
    assertThat(since.path("position").asText()).isNotEmpty();
    assertThat(text.lastLine())
        .startsWith("YES for what changed since " + position + ": ")
        .endsWith("%,d that have not changed since were left out.".formatted(left));
    assertThat(since.path("checks"))
        .as("names are checked in whole")
        .anyMatch(
            check ->
                check.path("id").asText().equals("ROOT_KEYS_PRESENT")
                    && check.path("state").asText().equals("ok"));
  }

  @Test
  void findsChangeOnEitherSide() throws Exception {
    String position = position();
    source.setData().forPath(CHANGED, NEW);
    source.create().forPath("/admin/policies/public/new", NEW);
    source.delete().forPath(GONE);
    String topic = keyWithData("/managed-ledgers");
    keys().put(topic, NEW);
    keys().put("/admin/policies/public/extra", NEW);
    keys().delete("/ledgers/INSTANCEID");

    JsonNode report = commands.run("verify", "--since", position, "--output", "json").json();

    source.setData().forPath(CHANGED, OLD);
    source.delete().forPath("/admin/policies/public/new");
    source.create().forPath(GONE, OLD);
    assertThat(
            StreamSupport.stream(report.path("differences").spliterator(), false)
                .map(d -> d.path("kind").asText() + " " + d.path("path").asText()))
        .containsExactlyInAnyOrder(
            "different " + CHANGED,
            "missing /admin/policies/public/new",
            "extra " + GONE,
            "different " + topic,
            "extra /admin/policies/public/extra",
            "missing /ledgers/INSTANCEID");
    assertThat(report.path("consistent").asBoolean()).isFalse();
    assertThat(report.path("position").isNull()).as("no basis for a later one").isTrue();
  }

  @Test
  void comparesCopiedChanges() throws Exception {
    String position = position();
    source.setData().forPath(CHANGED, NEW);
    keys().put(CHANGED, NEW);

    JsonNode report = commands.run("verify", "--since", position, "--output", "json").json();

    source.setData().forPath(CHANGED, OLD);
    JsonNode unchanged = commands.run("verify", "--since", position, "--output", "json").json();
    assertThat(report.path("consistent").asBoolean()).isTrue();
    assertThat(report.path("same").asLong()).isGreaterThan(1);
    assertThat(unchanged.path("different").asLong()).isEqualTo(1);
  }

  @Test
  void findsLostCounterWithoutOtherChanges() throws IOException {
    String position = position();
    keys().deletePrefix("/ledgers/idgen-long");

    Outcome outcome = commands.run("verify", "--since", position);

    assertThat(outcome.code()).isEqualTo(6);
    assertThat(outcome.lastLine()).contains("NEXT_LEDGER_ID_ABOVE_SOURCE");
  }

  @Test
  void lastMeansTheRecordedVerification() throws Exception {
    Outcome whole = commands.run("verify");
    Outcome clean = commands.run("verify", "--since", "last");
    keys().put("/admin/policies/public/extra", NEW);
    Outcome extra = commands.run("verify", "--since", "last");
    QuotedOutput.assertPrinted(
        "runbooks/verify.md",
        "VerifySinceTest#lastMeansTheRecordedVerification",
        whole.out() + clean.out() + extra.out());
    keys().put(CHANGED, NEW);
    Outcome changed = commands.run("verify", "--since", "last");

    assertThat(clean.code()).as(clean.err()).isZero();
    assertThat(clean.lastLine()).contains("have not changed since");
    assertThat(changed.code()).isEqualTo(6);
    assertThat(changed.out()).contains(CHANGED);
  }

  @Test
  void positionOfAnotherEtcdPreventsYes() throws Exception {
    String position = position();
    keys().wipe();
    assertThat(commands.run("run", "--once").code()).isZero();
    keys().put(CHANGED, NEW);
    for (int i = 0; i < 5; i++) {
      keys().put("elsewhere", NEW);
    }

    Outcome outcome = commands.run("verify", "--since", position);

    assertThat(outcome.code()).as(outcome.out()).isEqualTo(3);
    assertThat(outcome.err()).contains("belongs to other stores", "without --since");
  }

  /** What is outside was compared with nothing. */
  @Test
  void positionOfAPartIsNoneOfTheWhole() throws Exception {
    keys().put(CHANGED, NEW);
    String[] part = {"verify", "--prefix", "/managed-ledgers", "--output", "json"};
    String position = commands.run(part).json().path("position").asText();

    Outcome whole = commands.run("verify", "--since", position);
    Outcome other = commands.run("verify", "--prefix", "/admin", "--since", position);
    Outcome same = commands.run("verify", "--prefix", "/managed-ledgers", "--since", position);

    for (Outcome refused : List.of(whole, other)) {
      assertThat(refused.code()).as(refused.out()).isEqualTo(3);
      assertThat(refused.err()).contains("with another scope", "without --since");
    }
    assertThat(same.code()).as(same.err()).isZero();
  }

  /** Its revision is above all that was seen, and what it lost looks unchanged. */
  @Test
  void positionOfAnEtcdThatWasRestoredAndWrittenFurtherPreventsYes() throws Exception {
    Path data = home.resolve("etcd/etcd-0/data");
    Path backup = home.resolve("backup");
    etcd.process().stop();
    FileUtils.copyDirectory(data.toFile(), backup.toFile());
    etcd.start();
    source.setData().forPath(CHANGED, NEW);
    assertThat(commands.run("run", "--once").code()).isZero();
    String position = position();
    etcd.process().kill();
    FileUtils.deleteDirectory(data.toFile());
    FileUtils.copyDirectory(backup.toFile(), data.toFile());
    etcd.start();
    while (commands.revision() < Long.parseLong(position.split("/", -1)[1]) + 10) {
      keys().put("elsewhere", NEW);
    }

    Outcome outcome = commands.run("verify", "--since", position);

    source.setData().forPath(CHANGED, OLD);
    assertThat(outcome.code()).as(outcome.out()).isEqualTo(3);
    assertThat(outcome.err()).contains("restored from a backup", "without --since");
  }

  @Test
  void positionOfTheWholeServesAPart() throws Exception {
    String position = position();
    keys().put(CHANGED, NEW);

    assertThat(commands.run("verify", "--prefix", "/ledgers", "--since", position).code()).isZero();
    assertThat(commands.run("verify", "--prefix", "/admin", "--since", position).code())
        .isEqualTo(6);
  }

  @Test
  void refusesWithoutAnEarlierVerification() throws IOException {
    String position = position();
    String ahead = position.replaceAll("/[0-9]+/", "/999999999/");
    Outcome behind = commands.run("verify", "--since", ahead);
    String zxidAhead = position.replaceAll("^0x[0-9a-f]+", "0x7fffffffff");
    Outcome olderZooKeeper = commands.run("verify", "--since", zxidAhead);
    Outcome unnamed = commands.run("verify", "--since", position.replaceAll("/[0-9a-f]+$", ""));
    keys().deletePrefix("metamigrate/");
    Outcome noMove = commands.run("verify", "--since", "last");
    Outcome noNonce = commands.run("verify", "--since", position);
    Outcome unreadable = commands.run("verify", "--since", "yesterday");

    assertThat(noMove.code()).isEqualTo(3);
    assertThat(noMove.err()).contains("NOTHING_VERIFIED_BEFORE", "etcd holds no move");
    assertThat(behind.code()).isEqualTo(3);
    assertThat(behind.err()).contains("before " + ahead, "restored");
    assertThat(olderZooKeeper.code()).isEqualTo(3);
    assertThat(olderZooKeeper.err()).contains("ZooKeeper is at zxid", "before " + zxidAhead);
    assertThat(unnamed.code()).isEqualTo(3);
    assertThat(unnamed.err()).contains("does not name its stores", "without --since");
    assertThat(noNonce.code()).isEqualTo(3);
    assertThat(noNonce.err()).contains("belongs to other stores");
    assertThat(unreadable.code()).isEqualTo(2);
    assertThat(unreadable.err()).contains("'yesterday' is not a position");
  }

  private static String position() throws IOException {
    return commands.run("verify", "--output", "json").json().path("position").asText();
  }

  private static String keyWithData(String root) throws Exception {
    for (String child : source.getChildren().forPath(root)) {
      String path = root + "/" + child;
      if (source.getData().forPath(path).length > 0) {
        return path;
      }
      String below = keyWithData(path);
      if (!below.isEmpty()) {
        return below;
      }
    }
    return "";
  }
}
