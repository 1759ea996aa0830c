package io.metamigrate.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.cli.Migrate;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200,000 znodes, copied and verified in one run each. The figures are printed beside this
 * machine's own transaction rate of the same minute; a machine that others use makes no promise, so
 * only completeness is asserted.
 */
@Tag("campaign")
final class CopyRateTest {
  private static final int ZNODES = 200_000;

  @Test
  void twoHundredThousandNodesAreCopiedAndVerified(@TempDir Path directory) throws Exception {
    try (LocalZooKeeper zooKeeper =
            LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of());
        PulsarTree tree = PulsarTree.fill(zooKeeper.connectString(), ZNODES, 7);
        EtcdServer target = EtcdServer.start(directory.resolve("target"));
        EtcdServer bare = EtcdServer.start(directory.resolve("bare"))) {
      String[] stores = {"--zookeeper", zooKeeper.connectString(), "--etcd", target.endpoint()};

      long started = System.nanoTime();
      JsonNode run = json("run --once --accept LISTING_TOO_LARGE", stores);
      double runSeconds = (System.nanoTime() - started) / 1e9;
      JsonNode report = json("verify", stores);
      long puts = run.path("put").asLong();
      int valueBytes = (int) (run.path("plan").path("source").path("bytes").asLong() / puts);
      PlainReads plain = PlainReads.measure(zooKeeper.connectString(), target.endpoint());
      long verifyRate =
          Math.round(report.path("compared").asLong() / report.path("seconds").asDouble());
      double plainRate = 1 / (1.0 / plain.treePerSecond() + 1.0 / plain.keysPerSecond());
      long bareRate = EtcdRate.measure(bare.endpoint(), (int) puts, valueBytes);

      long copyRate = run.path("copyRatePerSecond").asLong();
      System.out.printf(
          Locale.ROOT,
          "RATE %,d znodes: copied %,d keys at %,d/s (%.1f s), verified %,d at %,d/s (%.1f s), "
              + "whole run %.1f s; etcd alone, transactions of 128 puts of %d bytes: %,d/s; "
              + "copy %.1f %% of it; plain reads of both stores one after the other: %,.0f/s; "
              + "verify %.1f %% of it%n",
          tree.znodes(),
          puts,
          copyRate,
          run.path("copySeconds").asDouble(),
          report.path("compared").asLong(),
          verifyRate,
          report.path("seconds").asDouble(),
          runSeconds,
          valueBytes,
          bareRate,
          100.0 * copyRate / bareRate,
          plainRate,
          100.0 * verifyRate / plainRate);
      assertThat(report.path("consistent").asBoolean()).isTrue();
      assertThat(report.path("same").asLong()).isEqualTo(report.path("compared").asLong());
      assertThat(run.path("plan").path("source").path("znodes").asLong())
          .isGreaterThanOrEqualTo(ZNODES);
    }
  }

  private static JsonNode json(String command, String... stores) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words =
        Stream.concat(Stream.of((command + " --output json").split(" ", -1)), Stream.of(stores))
            .toArray(String[]::new);

    int code = Migrate.run(new PrintWriter(out), new PrintWriter(err), words);

    assertThat(code).as("%s", err).isZero();
    return JsonMapper.builder().build().readTree(out.toString());
  }
}
