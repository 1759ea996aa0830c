package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanTextTest {
  @Test
  void showsActionAndCostOfEachGroup() {
    String text = PlanText.of(plan(List.of()));

    assertThat(text)
        .startsWith("Plan for cluster c1\n")
        .contains("ZooKeeper 3.9.5 at zk:2181/c: 12,345 znodes, 1.5 MiB, 3 of them ephemeral")
        .contains("etcd (version unknown) at http://e:2379: empty")
        .contains("/admin/** copy   12,345 1.5 MiB same key, same bytes")
        .contains("left out by the configured scope: 4,321 nodes of /schemas")
        .contains("next is 4294967297", "/ledgers/idgen-long at version 1")
        .contains("Findings\n  none\n")
        .contains("Cost: 12,300 puts, 1.5 MiB, 14.5 KiB of history; copy about 0.6 s")
        .contains(
            "one verification 0.3 s, cutover 31 s with restarts (writes by conservative figures")
        .contains(
            "etcd database       19.5 KiB now, about 1.9 MiB after the copy, 14.5 KiB of that")
        .contains("2.0 GiB, the default: etcd did not report it; advised: 2.0 GiB (--quota")
        .contains("temporary space     2.9 MiB", "  based on\n    counted: a little\n")
        .endsWith("Nothing blocks: `migrate run` can start.\n");
  }

  @Test
  void showsComponentSettingsBeforeFindings() {
    String text = PlanText.of(plan(List.of()), Set.of(), List.of("broker\n      a=b"));

    assertThat(text).contains("\nSettings on etcd\n  broker\n      a=b\n\nFindings\n");
  }

  @Test
  void lastLineNamesEachBlockerOnce() {
    Finding blocker = Finding.blocker("VALUE_TOO_LARGE", "/x", "the value is too large", "shrink");
    Finding warning = Finding.warning("UNKNOWN_PATHS", "/y", "a path is not known", "look");

    String text = PlanText.of(plan(List.of(blocker, blocker, warning)));

    assertThat(text)
        .contains("blocker VALUE_TOO_LARGE the value is too large", "-> shrink")
        .contains("warning UNKNOWN_PATHS", "-> look")
        .endsWith("BLOCKED by VALUE_TOO_LARGE: nothing will be written until this is resolved.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1048575, 1024.0 KiB",
    "1048576, 1.0 MiB",
    "1073741823, 1024.0 MiB",
    "5368709120, 5.0 GiB"
  })
  void givesSizesAUnit(long bytes, String text) {
    assertThat(PlanText.bytes(bytes)).isEqualTo(text);
  }

  private static Plan plan(List<Finding> findings) {
    return new Plan(
        "c1",
        new Plan.Source("zk:2181/c", 12_345, 1_572_864, 3, Optional.of("3.9.5")),
        new Plan.Target(List.of("http://e:2379"), Optional.empty(), true),
        List.of(
            new Inventory.Group(
                "/admin/**", Action.COPY, 12_345, 1_572_864, "same key, same bytes")),
        Map.of("/schemas", 4_321L),
        List.of(
            new Seed(
                new ZkPath("/ledgers/idgen"),
                4_294_967_297L,
                "long",
                List.of(new VersionGoal(new ZkPath("/ledgers/idgen-long"), 1)))),
        findings,
        ClusterFacts.NOT_ASKED,
        new Plan.Cost(12_300, 1_572_864, 0.6, 14_850, 0.3, 31, false),
        new Sizing(
            new Sizing.EtcdSize(20_000, 2_000_000, 2L << 30, false, 2L << 30, 2_500_000_000L),
            3_000_000,
            List.of("counted: a little")));
  }
}
