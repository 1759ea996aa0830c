package io.metamigrate.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.cli.Migrate;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code plan} and {@code verify} of large trees, each in a process of its own with a heap of 512
 * MiB, beside plain batched reads of both stores in the same minutes. A machine that others use
 * makes no promise, so only completeness is asserted.
 */
@Tag("campaign")
final class ReadRateTest {

  @ParameterizedTest
  @ValueSource(ints = {200_000, 1_000_000})
  void plansAndVerifiesLargeTreesInOnePass(int znodes, @TempDir Path directory) throws Exception {
    try (LocalZooKeeper zooKeeper =
            LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of("-Xmx3g"));
        PulsarTree tree = PulsarTree.fill(zooKeeper.connectString(), znodes, 7);
        EtcdServer etcd =
            EtcdServer.start(directory.resolve("etcd"), "--quota-backend-bytes=8589934592")) {
      StoreAddresses stores =
          new StoreAddresses(zooKeeper.connectString(), etcd.endpoint(), directory);

      Timed plan = stores.migrate("plan");
      Timed run = stores.migrate("run", "--once");
      Timed verify = stores.migrate("verify");
      Timed since = stores.migrate("verify", "--since", "last");
      PlainReads plain = PlainReads.measure(stores.zooKeeper(), stores.etcd());

      System.out.printf(
          Locale.ROOT,
          "READ %,d znodes, heap 512 MiB: plan %,d/s (%.1f s), verify %,d/s (%.1f s), verify"
              + " --since last %.1f s, run --once %.1f s; plain reads: ZooKeeper listing %,d/s,"
              + " data %,d/s, both %,d/s; etcd ranges %,d/s%n",
          tree.znodes(),
          Math.round(znodes / plan.seconds()),
          plan.seconds(),
          Math.round(znodes / verify.seconds()),
          verify.seconds(),
          since.seconds(),
          run.seconds(),
          plain.listedPerSecond(),
          plain.znodesPerSecond(),
          plain.treePerSecond(),
          plain.keysPerSecond());
      assertThat(plan.json().path("source").path("znodes").asInt()).isGreaterThan(znodes);
      assertThat(verify.json().path("consistent").asBoolean()).isTrue();
      assertThat(verify.json().path("compared").asLong())
          .isGreaterThanOrEqualTo(run.json().path("put").asLong());
      assertThat(since.json().path("consistent").asBoolean()).isTrue();
      assertThat(since.json().path("compared").asLong()).isLessThan(10);
      assertThat(plain.znodes()).isGreaterThan(znodes);
    }
  }

  /** What a command printed, and how long its process took from start to end. */
  private record Timed(JsonNode json, double seconds) {}

  private record StoreAddresses(String zooKeeper, String etcd, Path directory) {
    Timed migrate(String... words) throws Exception {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"));
      command.addAll(List.of("-Djute.maxbuffer=33554432", "-cp"));
      command.add(System.getProperty("java.class.path"));
      command.add(Migrate.class.getName());
      command.addAll(List.of(words));
      command.addAll(List.of("--zookeeper", zooKeeper, "--etcd", etcd, "--output", "json"));
      if (!words[0].equals("verify")) {
        command.addAll(List.of("--accept", "LISTING_TOO_LARGE"));
      }
      Path out = directory.resolve("out.json");
      Path err = directory.resolve("err.log");
      long started = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("%s ends", command).isTrue();
      } finally {
        process.destroyForcibly();
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      assertThat(process.exitValue()).as("%s: %s", List.of(words), err).isZero();
      return new Timed(JsonMapper.builder().build().readTree(out.toFile()), seconds);
    }
  }
}
