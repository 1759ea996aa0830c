package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cutover, and both rollbacks. */
@Timeout(300)
final class WindowTest extends OnTwoStores {
  WindowTest() {
    super("30s");
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void movesBookiesAndBrokersToEtcd(Strategy strategy) {
    WindowResult result = bed.cutover(strategy);

    assertThat(result.text()).contains("done: cluster c1, phase Observing");
    assertThat(bed.move().direction()).contains(Direction.NONE);
    assertThat(bed.move().checkpoint().orElseThrow().phase()).isEqualTo(Phase.OBSERVING);
    bed.assertServingOnEtcd();
    assertThat(bed.state().lateWrites()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void rollsBackBeforePointOfNoReturnAndMovesForwardAgain(Strategy strategy) throws Exception {
    bed.confirmation = announcement -> StepOutcome.failed("the operator answered no");
    WindowResult refused = bed.cutover(strategy);
    assertThat(refused.outcome()).isEqualTo("stopped");
    assertThat(refused.step()).contains("no-return");
    assertThat(refused.advice().orElseThrow()).contains("a restart");
    assertThat(bed.move().checkpoint().orElseThrow().phase()).isEqualTo(Phase.STOPPED);

    WindowResult back = bed.rollback();

    assertThat(back.text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
    bed.confirmation = Confirmation.GIVEN;
    bed.copy();
    assertThat(bed.cutover(strategy).done()).isTrue();
    bed.assertServingOnEtcd();
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void copiesBackBrokerWritesAndMovesForwardAgain(Strategy strategy) throws Exception {
    bed.whenBrokersServeOnEtcd.add(this::serveOnEtcd);
    assertThat(bed.cutover(strategy).done()).isTrue();

    WindowResult back = bed.rollback();

    assertThat(back.text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
    String topics = "/managed-ledgers/public/";
    assertThat(bed.dataInZooKeeper(topics + "default/persistent/a")).isEqualTo("ml a on etcd");
    assertThat(bed.existsInZooKeeper(topics + "default/persistent/b")).isFalse();
    assertThat(bed.dataInZooKeeper(topics + "new/persistent/t")).isEqualTo("ml t");
    assertThat(bed.existsInZooKeeper("/ledgers/000/0000/0042/9496/L7297")).isTrue();
    assertThat(bed.nextLedgerIdOnZooKeeper()).isGreaterThan(4294967297L + 1);

    bed.whenBrokersServeOnEtcd.clear();
    bed.copy();
    assertThat(bed.nextLedgerIdOnEtcd()).isGreaterThan(bed.nextLedgerIdOnZooKeeper());
    assertThat(bed.cutover(strategy).done()).isTrue();
    bed.assertServingOnEtcd();
  }

  /** Data of 3 MB are copied back although a server closes the connection on a request of 1 MiB. */
  @Test
  void copiesBackMoreThanOneRequestHolds() throws Exception {
    List<String> topics =
        IntStream.range(0, 150)
            .mapToObj("/managed-ledgers/public/default/persistent/t-%d"::formatted)
            .toList();
    for (String topic : topics) {
      bed.create(topic, TestBed.NOTHING);
    }
    bed.copy();
    byte[] largeValue = "x".repeat(20_000).getBytes(UTF_8);
    bed.whenBrokersServeOnEtcd.add(
        () ->
            topics.forEach(
                topic -> {
                  bed.delete(topic);
                  bed.put(topic + "-new", largeValue);
                }));
    assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
    assertThat(bed.rollback().text()).contains("MASS_DELETION");
    assertThat(bed.brokers)
        .as("asked before they are stopped")
        .allMatch(b -> bed.key(b.path()).isPresent());
    bed.configuration = bed.configuration.withoutDeletionLimit();

    assertThat(bed.rollback().text()).contains("phase RolledBack");

    for (String topic : topics) {
      assertThat(bed.existsInZooKeeper(topic)).isFalse();
      assertThat(bed.zk().getData(topic + "-new", false, null)).isEqualTo(largeValue);
    }
  }

  @Test
  void emptiesAncestorsOfKeptNodesAndDeletesTheRest() throws Exception {
    String topics = "/managed-ledgers/public/default/persistent/";
    bed.create(topics + "c/sub", "cursor".getBytes(UTF_8));
    bed.copy();
    bed.whenBrokersServeOnEtcd.add(
        () -> List.of("a", "c", "c/sub").forEach(name -> bed.delete(topics + name)));
    assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();

    assertThat(bed.rollback().text()).contains("phase RolledBack");

    assertThat(bed.dataInZooKeeper(topics + "a")).isEmpty();
    assertThat(bed.dataInZooKeeper(topics + "a/sub")).isEqualTo("cursor");
    assertThat(bed.existsInZooKeeper(topics + "c")).isFalse();
  }

  /** A ledger is rolled over, a topic is made without parents, another is deleted. */
  private void serveOnEtcd() {
    bed.put("/ledgers/idgen-long/HOB-0000000001", TestBed.NOTHING);
    bed.put(
        "/ledgers/000/0000/0042/9496/L7297",
        bed.ledger(bed.bookies.get(1).id, bed.bookies.get(2).id));
    bed.put("/managed-ledgers/public/default/persistent/a", "ml a on etcd".getBytes(UTF_8));
    bed.put("/managed-ledgers/public/new/persistent/t", "ml t".getBytes(UTF_8));
    bed.delete("/managed-ledgers/public/default/persistent/b");
    bed.put("/counters/producer-name", TestBed.NOTHING);
  }
}
