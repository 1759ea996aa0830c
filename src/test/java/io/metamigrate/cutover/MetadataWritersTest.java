package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AutoRecovery keeps off while bookies move, in both directions, and is then as it was. */
@Timeout(300)
final class MetadataWritersTest extends OnTwoStores {
  private static final String FLAG = "/ledgers/underreplication/disable";

  MetadataWritersTest() {
    super("30s");
  }

  @Test
  void disablesAutoRecoveryDuringTheMoveAndRestartsIt() throws Exception {
    writers("ar1, ar2");
    bed.driver.addWriter("ar1", true);
    bed.driver.addWriter("ar2", false);
    List<String> enabled = new ArrayList<>();
    bed.driver.before(
        action -> {
          boolean moves = bed.bookies.stream().anyMatch(bookie -> action.endsWith(bookie.id));
          if (moves && !isDisabledSomewhere()) {
            enabled.add(action);
          }
        });

    done(bed.cutover(Strategy.STOP_ALL));

    // The bookies' last restart, with collection enabled, comes after the brokers are back.
    assertThat(enabled).isEmpty();
    assertThat(bed.key(FLAG)).isEmpty();
    assertThat(bed.driver.isWriterRunning("ar1")).isTrue();
    assertThat(bed.driver.isWriterRunning("ar2")).isFalse();
    bed.driver.addWriter("ar1", false);
    assertThat(bed.cutover(Strategy.STOP_ALL).faults())
        .containsExactly("autorecovery ar1 does not run; start it on etcd");
    bed.driver.addWriter("ar1", true);

    WindowResult back = done(bed.rollback());

    assertThat(enabled).isEmpty();
    assertThat(back.text()).contains("not started, because it did not run before the move: ");
    assertThat(bed.driver.isWriterRunning("ar1")).isTrue();
    assertThat(bed.driver.isWriterRunning("ar2")).isFalse();
    bed.assertServingOnZooKeeper();
    bed.driver.addWriter("ar1", false);
    assertThat(bed.rollback().faults())
        .containsExactly("autorecovery ar1 does not run; start it on ZooKeeper");
  }

  /** A supervisor starts it with the settings that it had. */
  @Test
  void autoRecoveryThatIsRestartedMeanwhileStopsTheCutover() throws Exception {
    writers("ar1");
    bed.driver.addWriter("ar1", true);
    bed.driver.after(
        action -> {
          if (action.equals("start " + bed.bookies.get(1).id)) {
            bed.driver.addWriter("ar1", true);
          }
        });

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.step()).contains("stop-brokers");
    assertThat(stopped.reason().orElseThrow()).contains("autorecovery ar1 runs again; stop it");
    bed.driver.addWriter("ar1", false);
    bed.driver.after(
        action -> {
          if (action.equals("start " + bed.brokers.get(0).id)) {
            bed.driver.addWriter("ar1", true);
          }
        });
    int before = bed.driver.actions().size();
    done(bed.cutover(Strategy.ROLLING));

    List<String> actions = bed.driver.actions();
    assertThat(actions.subList(before, actions.size()))
        .as("what runs already is restarted with the settings of etcd")
        .containsSubsequence("configure ar1", "stop ar1", "start ar1");
  }

  @Test
  @Tag("campaign")
  void keepsOperatorsFlag() throws Exception {
    done(bed.cutover(Strategy.STOP_ALL));
    bed.put(FLAG, TestBed.NOTHING);

    done(bed.rollback());

    assertThat(bed.existsInZooKeeper(FLAG)).isTrue();
  }

  @Test
  @Tag("campaign")
  void lostMachineDoesNotBlockRollback() throws Exception {
    writers("ar1, ar2");
    bed.driver.addWriter("ar1", true);
    bed.driver.addWriter("ar2", true);
    done(bed.cutover(Strategy.STOP_ALL));
    bed.driver.before(
        action -> {
          if (action.equals("start ar1")) {
            bed.driver.setProbeResult("ar1", StepOutcome.notYet("no route to host"));
          }
        });

    WindowResult stopped = bed.rollback();

    assertThat(stopped.step()).contains("start-metadata-writers");
    assertThat(stopped.reason().orElseThrow())
        .contains("no route to host", "take it out of cutover.metadataWriters");
    bed.driver.setProbeResult("ar1", StepOutcome.done("its machine is gone"));
    writers("ar2");
    done(bed.rollback());
    assertThat(bed.driver.isWriterRunning("ar2")).isTrue();
    bed.assertServingOnZooKeeper();
  }

  private boolean isDisabledSomewhere() {
    return bed.existsInZooKeeper(FLAG) || bed.key(FLAG).isPresent();
  }

  private void writers(String names) throws Exception {
    bed.configuration =
        Configuration.load(
            bed.fileWith(
                "writers.yaml", "  metadataWriters: {autoRecovery: [%s]}\n".formatted(names)));
  }

  private static WindowResult done(WindowResult result) {
    assertThat(result.done()).as(result.text()).isTrue();
    return result;
  }
}
