package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Health.Failing;
import io.metamigrate.migrator.control.Health.HealthFacts;
import io.metamigrate.migrator.control.Health.SilentStore;
import io.metamigrate.migrator.control.Health.UnreadableNodes;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Where the loops report what they wait for and what fails. Safe for use by several threads. */
public final class HealthMonitor {
  private final InstantSource clock;
  private final Map<Store, LastContact> contacts = new EnumMap<>(Store.class);
  private Supplier<Optional<String>> paused = Optional::empty;
  private Optional<Failing> ended = Optional.empty();
  private Optional<Instant> gapSince = Optional.empty();
  private Optional<Failing> comparing = Optional.empty();
  private Optional<UnreadableNodes> unseen = Optional.empty();
  private final Map<String, Failing> filesRefused = new TreeMap<>();
  private Optional<Failing> verifying = Optional.empty();
  private Optional<Instant> verificationStarted = Optional.empty();
  private boolean everDue;
  private Duration verificationPause = Duration.ZERO;
  private Duration verificationTook = Duration.ZERO;
  private Optional<Instant> verificationBegan = Optional.empty();
  private Optional<Instant> caughtUp = Optional.empty();

  HealthMonitor(InstantSource clock) {
    this.clock = clock;
    for (Store store : Store.values()) {
      contacts.put(store, new LastContact());
    }
  }

  /** Requests to one store. */
  private static final class LastContact {
    private int open;
    private Optional<Instant> since = Optional.empty();
    private Optional<String> cause = Optional.empty();
  }

  /** Supplies who paused the daemon. */
  public synchronized void pausedBy(Supplier<Optional<String>> caller) {
    paused = caller;
  }

  /** A request goes out. */
  public synchronized void asked(Store store) {
    LastContact contact = contact(store);
    contact.open++;
    contact.since = contact.since.or(() -> Optional.of(clock.instant()));
  }

  /** A sign of life of a store of which more is awaited. */
  public synchronized void recordContact(Store store) {
    LastContact contact = contact(store);
    contact.cause = Optional.empty();
    contact.since = contact.open > 0 ? Optional.of(clock.instant()) : Optional.empty();
  }

  /** A request was answered. */
  public synchronized void answered(Store store) {
    contact(store).open = Math.max(0, contact(store).open - 1);
    recordContact(store);
  }

  /** A request failed; it is no more on its way. */
  public synchronized void failed(Store store, String cause) {
    LastContact contact = contact(store);
    // One thread alone asks ZooKeeper; what it was in the middle of is over, too.
    contact.open = store == Store.ZOOKEEPER ? 0 : Math.max(0, contact.open - 1);
    contact.cause = Optional.of(cause);
    contact.since = contact.since.or(() -> Optional.of(clock.instant()));
  }

  /** Whoever asked this store has ended; no answer is awaited any more. */
  public synchronized void abandoned(Store store) {
    LastContact contact = contact(store);
    contact.open = 0;
    contact.since = Optional.empty();
    contact.cause = Optional.empty();
  }

  /** Everything is to be compared, since changes may have been missed. */
  public synchronized void gapOpened() {
    gapSince = gapSince.or(() -> Optional.of(clock.instant()));
  }

  /** That failed. */
  public synchronized void gapPersists(String cause) {
    comparing = gapSince.map(since -> new Failing(since, cause));
  }

  /** Everything was compared, so everything could be read. */
  public synchronized void gapClosed() {
    unseen = Optional.empty();
    gapSince = Optional.empty();
    comparing = Optional.empty();
  }

  /** Everything that ZooKeeper had a moment ago is on etcd. */
  synchronized void caughtUp() {
    caughtUp = Optional.of(clock.instant());
  }

  /** From now on verifications follow each other with this pause; or none any more. */
  public synchronized void verificationDue(Optional<Duration> pause) {
    verificationStarted = pause.map(p -> clock.instant());
    everDue |= pause.isPresent();
    verificationPause = pause.orElse(Duration.ZERO);
    verifying = Optional.empty();
  }

  public synchronized void verificationBegins() {
    verificationBegan = Optional.of(clock.instant());
  }

  /**
   * Znodes were found that may not be read; until a verification ends.
   *
   * @param first some of them
   */
  public synchronized void unreadable(long count, List<String> first) {
    unseen =
        count == 0
            ? Optional.empty()
            : Optional.of(
                new UnreadableNodes(
                    unseen.map(UnreadableNodes::since).orElseGet(clock::instant), count, first));
  }

  /** Whether nodes may not be read, by what was found last. */
  public synchronized boolean isUnreadable() {
    return unseen.isPresent();
  }

  /**
   * Records that new files of the control interface cannot be used, or that they can be again.
   *
   * @param what the configuration key that names the files
   * @param why the cause; empty once the files can be used
   */
  public synchronized void filesRefused(String what, Optional<String> why) {
    Optional<Failing> before = Optional.ofNullable(filesRefused.remove(what));
    why.ifPresent(
        cause ->
            filesRefused.put(
                what, new Failing(before.map(Failing::since).orElseGet(clock::instant), cause)));
  }

  public synchronized void verificationEnds() {
    unseen = Optional.empty();
    verificationTook =
        verificationBegan.map(t -> Duration.between(t, clock.instant())).orElse(Duration.ZERO);
    verifying = Optional.empty();
  }

  public synchronized void verificationFailed(String cause) {
    verifying =
        Optional.of(new Failing(verifying.map(Failing::since).orElseGet(clock::instant), cause));
  }

  public synchronized void ended(String cause) {
    ended = Optional.of(new Failing(clock.instant(), cause));
  }

  /** For how long etcd may have been behind, if that is longer than usual. */
  synchronized Optional<Duration> lagBeyondUsual() {
    return caughtUp
        .map(at -> Duration.between(at, clock.instant()))
        .filter(time -> time.compareTo(Health.SILENCE) > 0);
  }

  synchronized Health health(Optional<Status.Verification> last) {
    return Health.of(
        new HealthFacts(
            clock.instant(),
            ended,
            paused.get(),
            new Health.Answers(silent(Store.ZOOKEEPER), silent(Store.ETCD)),
            new Health.Reading(comparing, unseen),
            new Health.Verifications(
                verifying,
                verificationStarted,
                // In a dry run nobody promised that the stores are equal.
                last.filter(one -> everDue),
                verificationPause.plus(verificationTook)),
            List.copyOf(filesRefused.values())));
  }

  private Optional<SilentStore> silent(Store store) {
    LastContact contact = contact(store);
    return contact.since.map(since -> new SilentStore(since, contact.cause));
  }

  private LastContact contact(Store store) {
    return contacts.computeIfAbsent(store, s -> new LastContact());
  }
}
