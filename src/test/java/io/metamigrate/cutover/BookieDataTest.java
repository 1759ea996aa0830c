package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Rehearsal;
import io.metamigrate.migrator.cutover.WindowResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bookie whose restart loses its data stops the move before the next one is touched. */
@Timeout(300)
final class BookieDataTest extends OnTwoStores {
  BookieDataTest() {
    super("8s");
  }

  @Test
  void lostEntryLogsStopRollingMoveBeforeSecondBookieAndRollbackWorks() throws Exception {
    StandIn.StandInBookie first = bed.bookies.get(0);
    atStartOf(first, () -> first.entryLogs.removeIf(name -> !name.equals("1.log")));

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertLost(stopped, "of its 3 entry logs 2 are missing: 0, a");
    assertOnlyTouched(first);
    bed.driver.before(action -> {});
    assertLost(bed.cutover(Strategy.ROLLING), "of its 3 entry logs 2 are missing");
    assertOnlyTouched(first);

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    bed.assertServingOnZooKeeper();
  }

  /** All bookies stop at once there, but for the first. */
  @Test
  void changedCookieStopsStopAllMoveBeforeSecondBookie() {
    StandIn.StandInBookie first = bed.bookies.get(0);
    atStartOf(first, () -> bed.put("/ledgers/cookies/" + first.id, "another".getBytes(UTF_8)));

    assertLost(bed.cutover(Strategy.STOP_ALL), "its cookie on etcd has other bytes than before");
    assertOnlyTouched(first);
  }

  @Test
  void acceptsMissingDataByName() throws Exception {
    StandIn.StandInBookie first = bed.bookies.get(0);
    atStartOf(first, () -> first.entryLogs.remove("a.log"));
    assertLost(bed.cutover(Strategy.ROLLING), "cutover.accept");
    bed.driver.before(action -> {});

    bed.configuration = accepting("BOOKIE_DATA_CHANGED:" + first.id);
    WindowResult done = bed.cutover(Strategy.ROLLING);

    assertThat(done.done()).as(done.text()).isTrue();
    bed.assertServingOnEtcd();
  }

  /** A format deletes the cookie and writes the same bytes again. */
  @Test
  void recreatedCookieStopsMove() {
    StandIn.StandInBookie first = bed.bookies.get(0);
    String cookie = "/ledgers/cookies/" + first.id;
    atStartOf(
        first,
        () -> {
          bed.delete(cookie);
          bed.put(cookie, ("cookie of " + first.id).getBytes(UTF_8));
        });

    assertLost(bed.cutover(Strategy.ROLLING), "was deleted and created again, as by a format");
    assertOnlyTouched(first);
  }

  @Test
  void bookieWithoutListingIsNotVerifiableUntilAccepted() throws Exception {
    StandIn.StandInBookie silent = bed.bookies.get(1);
    silent.withoutFiles = true;

    Rehearsal rehearsal = bed.rehearse(bed.configuration, false);
    assertThat(rehearsal.obstacles())
        .singleElement()
        .asString()
        .contains("not verifiable", silent.id, "\"BOOKIE_DATA_NOT_VERIFIABLE:" + silent.id + "\"");

    Configuration accepting = accepting("BOOKIE_DATA_NOT_VERIFIABLE:" + silent.id);
    Rehearsal accepted = bed.rehearse(accepting, false);
    assertThat(accepted.obstacles()).isEmpty();
    assertThat(accepted.warnings())
        .anyMatch(line -> line.startsWith("accepted as") && line.contains(silent.id));
    assertThat(accepted.text()).contains("\nwarnings\n");

    bed.configuration = accepting;
    WindowResult done = bed.cutover(Strategy.ROLLING);
    assertThat(done.done()).as(done.text()).isTrue();
  }

  private Configuration accepting(String name) throws Exception {
    Path file =
        bed.fileWith("accept-" + System.nanoTime() + ".yaml", "  accept: [\"" + name + "\"]\n");
    return Configuration.load(file);
  }

  private void atStartOf(StandIn bookie, Runnable loss) {
    bed.driver.before(
        action -> {
          if (action.equals("start " + bookie.id)) {
            loss.run();
          }
        });
  }

  private static void assertLost(WindowResult stopped, String why) {
    assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(7);
    assertThat(stopped.reason().orElseThrow()).contains(why);
  }

  private void assertOnlyTouched(StandIn bookie) {
    assertThat(bed.bookies)
        .filteredOn(other -> other != bookie)
        .allSatisfy(
            other ->
                assertThat(bed.driver.actions()).noneMatch(action -> action.endsWith(other.id)));
  }
}
