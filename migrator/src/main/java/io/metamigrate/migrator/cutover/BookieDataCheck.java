package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Znode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Proves that a restart left a bookie its data: what it has is recorded before the stop, on etcd,
 * so that another process can resume, and compared after the start, before any other bookie is
 * touched. Safe for use by several threads: bookies that restart together are checked in parallel.
 */
final class BookieDataCheck {
  /** Acceptance of a bookie whose data cannot be listed; the id follows after a colon. */
  static final String NOT_VERIFIABLE = "BOOKIE_DATA_NOT_VERIFIABLE";

  /** Acceptance of a bookie whose restart changed or lost data. */
  static final String CHANGED = "BOOKIE_DATA_CHANGED";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String DOCUMENT = "bookie-data/";

  private final Journal journal;
  private final Registrations registrations;
  private final BookieReader reader;
  private final CutoverConfig config;
  private final Map<String, Instant> waitingSince = new ConcurrentHashMap<>();

  BookieDataCheck(Journal journal, Registrations registrations, CutoverConfig config) {
    this.journal = journal;
    this.registrations = registrations;
    this.reader = new BookieReader(registrations, new BookieAddresses(config, registrations));
    this.config = config;
  }

  /**
   * Records what the bookie has, right before its stop. What an earlier process recorded and did
   * not prove stays, unless the bookie still runs on the other store, so that it was not restarted.
   *
   * @param target the store that it is to run on
   */
  void record(Node bookie, Store target) {
    waitingSince.remove(bookie.id());
    Optional<BookieContents> open =
        recorded(bookie)
            .filter(found -> !found.settled() && found.progress() == journal.state().progress());
    if (open.isPresent() && !runsElsewhere(bookie, target)) {
      return;
    }
    write(reader.before(bookie, journal.state().progress(), attempt()));
  }

  /** Whether a restart in this attempt left the bookie all that it had. */
  boolean hasKeptItsData(Node bookie) {
    return recorded(bookie).filter(found -> found.isSettledIn(attempt())).isPresent();
  }

  private Instant attempt() {
    return journal.state().header().startedAt();
  }

  /**
   * Whether the bookie, up on that side, has what it had; a failure once it cannot come any more.
   */
  StepOutcome same(Node bookie, Store side, GarbageCollection collection) {
    Optional<BookieContents> found = recorded(bookie).filter(before -> !before.settled());
    if (found.isEmpty()) {
      return StepOutcome.done("nothing was recorded");
    }
    StepOutcome seen =
        BookieComparison.compare(
            found.get(),
            reader.now(bookie, side),
            side.title(),
            collection == GarbageCollection.ENABLED);
    if (!seen.isDone()) {
      seen = compared(bookie, seen);
    }
    if (seen.isDone()) {
      write(found.get().asSettled());
    }
    return seen;
  }

  /** What is missing may be accepted by name, may still come, or is a failure. */
  private StepOutcome compared(Node bookie, StepOutcome seen) {
    String cause = NodeService.words(seen);
    String name = CHANGED + ":" + bookie.id();
    if (config.accept().contains(name)) {
      return StepOutcome.done("accepted as " + name + ": " + cause);
    }
    if (seen instanceof StepOutcome.Failed) {
      return StepOutcome.failed(describe(bookie, cause, name));
    }
    return hasWaited(bookie)
        ? StepOutcome.failed(
            describe(bookie, cause + ", " + TIMEOUT.toSeconds() + " s after its start", name))
        : StepOutcome.notYet(describe(bookie, cause, name));
  }

  private static String describe(Node bookie, String cause, String name) {
    return "%s differs from before its restart: %s. The move stops here. Find out what happened to its disk (a volume that goes with its pod or container, a command that formats), repair it, or roll back. To continue without the missing data, add \"%s\" to cutover.accept"
        .formatted(bookie, cause, name);
  }

  private boolean hasWaited(Node bookie) {
    Instant since = waitingSince.computeIfAbsent(bookie.id(), id -> journal.now());
    return Duration.between(since, journal.now()).compareTo(TIMEOUT) >= 0;
  }

  private boolean runsElsewhere(Node bookie, Store target) {
    return target == Store.ETCD
        ? registrations.onZooKeeper(bookie.id()).stream().anyMatch(Znode::isEphemeral)
        : registrations.onEtcd(bookie.id()).stream().anyMatch(EtcdEntry::isLeased);
  }

  private Optional<BookieContents> recorded(Node bookie) {
    return journal.document(DOCUMENT + bookie.id()).map(CutoverCodec::readContents);
  }

  private void write(BookieContents contents) {
    journal.document(DOCUMENT + contents.bookie(), CutoverCodec.write(contents));
  }
}
