package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Outcome;
import io.metamigrate.migrator.switchover.state.Strategy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kill the rebuilt window anywhere on real stores: the same command ends in the same place. */
@Tag("campaign")
@Timeout(1800)
final class SwitchoverKillTest extends OnTwoStores {
  SwitchoverKillTest() {
    super("30s");
  }

  @Test
  void killedInEachStepOfARoundTrip() throws Exception {
    thereAndBack(Strategy.ROLLING, true);
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void killedAroundEachAction(Strategy strategy) throws Exception {
    thereAndBack(strategy, false);
  }

  private void thereAndBack(Strategy strategy, boolean oncePerStep) throws Exception {
    try (SwitchoverBed moves = new SwitchoverBed(bed, folder, strategy)) {
      Deaths undone = new Deaths(oncePerStep);
      moves.question = () -> Answer.no("no");
      Outcome refused = moves.run(Command.CUTOVER);
      assertThat(refused).isInstanceOf(Outcome.Stopped.class);
      moves.assertDone(resumeUntilDone(moves, Command.ROLLBACK, undone));
      bed.assertServingOnZooKeeper();
      moves.question = () -> Answer.yes("yes");
      bed.copy();

      Deaths there = new Deaths(oncePerStep);
      moves.assertDone(resumeUntilDone(moves, Command.CUTOVER, there));
      moves.assertServingOnEtcd();
      Deaths back = new Deaths(oncePerStep);
      moves.assertDone(resumeUntilDone(moves, Command.ROLLBACK, back));
      bed.assertServingOnZooKeeper();
      assertThat(there.places().size() + back.places().size() + undone.places().size())
          .isGreaterThan(20);
    }
  }

  private static Outcome resumeUntilDone(SwitchoverBed moves, Command command, Deaths deaths) {
    moves.around = deaths;
    try {
      while (true) {
        try {
          return moves.run(command);
        } catch (Killed e) {
          assertThat(deaths.places()).contains(e.getMessage());
        }
      }
    } finally {
      moves.around = environment -> environment;
    }
  }
}
