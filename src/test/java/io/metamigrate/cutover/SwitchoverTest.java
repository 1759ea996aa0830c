package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Exit;
import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.state.Strategy;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rebuilt window on real stores: there, undone, there, back, back undone, and there again. */
@Timeout(900)
@Tag("campaign")
final class SwitchoverTest extends OnTwoStores {
  private static final String TOPICS = "/managed-ledgers/public/";

  SwitchoverTest() {
    super("30s");
  }

  @Test
  void completesARollingRoundTrip() throws Exception {
    completesARoundTrip(Strategy.ROLLING);
  }

  @Test
  void completesAStopAllRoundTrip() throws Exception {
    completesARoundTrip(Strategy.STOP_ALL);
  }

  private void completesARoundTrip(Strategy strategy) throws Exception {
    try (SwitchoverBed moves = new SwitchoverBed(bed, folder, strategy)) {
      undoneBeforeTheCommit(moves);
      bed.copy();
      bed.whenBrokersServeOnEtcd.add(this::serveOnEtcd);
      moves.assertDone(moves.run(Command.CUTOVER));
      moves.assertServingOnEtcd();
      moves.assertDone(moves.run(Command.CUTOVER));
      bed.whenBrokersServeOnEtcd.clear();

      undoneReverseMove(moves);

      moves.assertDone(moves.run(Command.ROLLBACK));
      bed.assertServingOnZooKeeper();
      assertCarriedBack();
      List<String> differences =
          moves.in(live -> live.environment().copier().differences(StoreKind.ETCD));
      assertThat(differences).isEmpty();
      moves.assertDone(moves.run(Command.ROLLBACK));

      bed.copy();
      moves.assertDone(moves.run(Command.CUTOVER));
      moves.assertServingOnEtcd();
      assertThat(bed.nextLedgerIdOnEtcd()).isGreaterThanOrEqualTo(bed.nextLedgerIdOnZooKeeper());
      moves.assertDone(moves.run(Command.FINALIZE));
    }
  }

  private void undoneBeforeTheCommit(SwitchoverBed moves) throws Exception {
    moves.question = () -> Answer.no("the operator refused");
    Outcome refused = moves.run(Command.CUTOVER);
    assertThat(refused.exit()).as("%s", refused).isEqualTo(Exit.OPERATOR);
    assertThat(moves.copyInZooKeeper()).isEqualTo(moves.document()).isPresent();
    Outcome undone = moves.run(Command.ROLLBACK);
    moves.assertDone(undone);
    assertThat(((Outcome.Done) undone).progress()).isInstanceOf(Progress.Undone.class);
    bed.assertServingOnZooKeeper();
    moves.question = () -> Answer.yes("the operator confirmed");
  }

  private void undoneReverseMove(SwitchoverBed moves) {
    moves.question = () -> Answer.no("the operator refused");
    Outcome refused = moves.run(Command.ROLLBACK);
    assertThat(refused.exit()).as("%s", refused).isEqualTo(Exit.OPERATOR);
    moves.question = () -> Answer.yes("the operator confirmed");
    moves.assertDone(moves.run(Command.ROLLBACK_UNDO));
    moves.assertServingOnEtcd();
    bed.put(TOPICS + "default/persistent/a", "ml a later".getBytes(UTF_8));
  }

  private void assertCarriedBack() throws Exception {
    assertThat(bed.dataInZooKeeper(TOPICS + "default/persistent/a")).isEqualTo("ml a later");
    assertThat(bed.existsInZooKeeper(TOPICS + "default/persistent/b")).isFalse();
    assertThat(bed.dataInZooKeeper(TOPICS + "new/persistent/t")).isEqualTo("ml t");
    assertThat(bed.existsInZooKeeper("/ledgers/000/0000/0042/9496/L7297")).isTrue();
    assertThat(bed.nextLedgerIdOnZooKeeper()).isGreaterThan(4294967297L + 1);
  }

  /** A ledger is rolled over, a topic is made without parents, another is deleted. */
  private void serveOnEtcd() {
    bed.put("/ledgers/idgen-long/HOB-0000000001", TestBed.NOTHING);
    bed.put(
        "/ledgers/000/0000/0042/9496/L7297",
        bed.ledger(bed.bookies.get(1).id, bed.bookies.get(2).id));
    bed.put(TOPICS + "default/persistent/a", "ml a on etcd".getBytes(UTF_8));
    bed.put(TOPICS + "new/persistent/t", "ml t".getBytes(UTF_8));
    bed.delete(TOPICS + "default/persistent/b");
    bed.put("/counters/producer-name", TestBed.NOTHING);
  }
}
