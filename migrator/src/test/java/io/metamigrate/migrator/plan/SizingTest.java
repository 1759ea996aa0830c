package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.verifier.store.TemporaryMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.StringDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SizingTest {
  private static final Path PAGE = Path.of("..", "runbooks", "plan.md");

  @Test
  void growsWithWhatThePlanCounted() {
    Sizing small = Sizing.of(facts(10, 100));
    Sizing large = Sizing.of(facts(1_000, 10_000));

    assertThat(large.etcd().afterCopyBytes() - large.etcd().databaseBytes())
        .isGreaterThan(10_000_000)
        .isLessThan(20_000_000);
    assertThat(large.etcd().diskBytes()).isGreaterThan(small.etcd().diskBytes());
    assertThat(large.temporaryBytes()).isGreaterThan(10 * small.temporaryBytes());
    assertThat(large.restsOn().get(0)).contains("1,0", "znodes", "to be written: 1,0");
  }

  @ParameterizedTest
  @CsvSource({"0,2", "1073741824,2", "1073741825,4", "2147483649,8", "999999999999,8"})
  void advisesTheSmallestQuotaOfWhichHalfIsEnough(long bytes, long gibibytes) {
    assertThat(Sizing.advisedQuota(bytes)).isEqualTo(gibibytes << 30);
  }

  @Test
  void aRateIsCalledMeasuredOnlyIfItWas() {
    Facts assumed = facts(10, 100);
    Facts measured =
        new Facts(
            assumed.pulsar(),
            assumed.onZooKeeper(),
            assumed.onEtcd(),
            assumed.inventory(),
            new StoreRates(
                OptionalDouble.of(9_000), OptionalDouble.of(34_567), OptionalDouble.of(5)),
            assumed.configuration(),
            assumed.names());

    assertThat(Sizing.of(assumed).restsOn())
        .contains("assumed: 20,000 puts a second; `--measure` times this etcd")
        .noneMatch(line -> line.startsWith("measured on these stores"));
    assertThat(Sizing.of(measured).restsOn())
        .contains(
            "measured on these stores: 34,567 puts a second",
            "measured on these stores: 5 raises of one counter a second",
            "measured on these stores: 9,000 paths read and compared in both stores a second");
  }

  @Test
  void thePlansJsonHasIt() {
    Plan plan = Planner.plan(facts(10, 100), List.of());
    JsonNode json =
        new ObjectMapper()
            .registerModule(new com.fasterxml.jackson.datatype.jdk8.Jdk8Module())
            .valueToTree(plan.sizing());

    assertThat(json.at("/etcd/advisedQuotaBytes").asLong()).isEqualTo(2L << 30);
    assertThat(json.at("/etcd/quotaReported").asBoolean()).isTrue();
    assertThat(json.at("/temporaryBytes").asLong()).isPositive();
    assertThat(json.at("/restsOn").size()).isGreaterThan(5);
  }

  /** The lists of a daemon, with paths of Pulsar's shape in the order in which a tree is read. */
  @Test
  void temporarySpaceCoversTheListsOfADaemon() {
    int paths = 0;
    long pathBytes = 0;
    try (TemporaryMap<String> versions =
            TemporaryMap.create("versions-", 64, 8 << 10, StringDataType.INSTANCE);
        TemporaryMap<String> index =
            TemporaryMap.create("paths-", 24, 4 << 10, StringDataType.INSTANCE)) {
      for (int directory = 0; directory < 25; directory++) {
        List<Integer> names = new ArrayList<>(IntStream.range(0, 2_000).boxed().toList());
        Collections.shuffle(names, new Random(directory));
        for (int name : names) {
          String path =
              directory % 2 == 0
                  ? "/ledgers/00/%04d/L%04d".formatted(directory * 37 % 25, name)
                  : "/managed-ledgers/public/ns-%d/persistent/topic-%d".formatted(directory, name);
          paths++;
          pathBytes += path.length();
          versions.rows().put(path, "a version, zxid, revision");
          index.rows().put(path, "");
        }
      }

      assertThat(bytes(versions) + bytes(index))
          .isBetween(pathBytes, Sizing.temporaryBytes(paths, pathBytes) / Sizing.REWRITTEN);
    }
  }

  @Test
  void theExampleOfThePageIsWhatThePlanPrints() throws IOException {
    Plan plan = Planner.plan(facts(3_000, 300), List.of());

    assertThat(Files.readString(PAGE))
        .contains("```\n" + SizingText.of(plan.sizing(), plan.cost()).strip() + "\n```");
  }

  private static long bytes(TemporaryMap<String> map) {
    MVStore store = map.rows().getStore();
    store.commit();
    return store.getFileStore().size();
  }

  private static Facts facts(int topics, int bytes) {
    Trees tree = Trees.ordinary();
    for (int i = 0; i < topics; i++) {
      tree.value("/managed-ledgers/public/default/persistent/topic-" + i, bytes);
    }
    return FactsBuilder.healthyCluster().tree(tree).build();
  }
}
