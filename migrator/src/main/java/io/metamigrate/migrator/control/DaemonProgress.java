package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Status.Throttled;
import io.metamigrate.migrator.control.Status.Verification;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Zxid;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where the daemon reports what it does. Any thread may report and any thread may ask; a {@link
 * Status} is one consistent moment of it. Safe for use by several threads.
 */
public final class DaemonProgress {
  /** For a run that nothing slows down. */
  public static final Supplier<Optional<String>> NEVER_THROTTLED = Optional::empty;

  private final String cluster;
  private final SteadyClock clock;
  private final Supplier<Optional<String>> throttle;
  private final CopyRate rate = new CopyRate();
  private final HealthMonitor health;
  private String phase;
  private long copied;
  private long allNodes;
  private long bytes;
  private OptionalLong total = OptionalLong.empty();
  private OptionalLong lagMillis = OptionalLong.empty();
  private OptionalLong lagChanges = OptionalLong.empty();
  private Optional<Zxid> applied = Optional.empty();
  private Optional<Verification> verification = Optional.empty();
  private Optional<String> waitingFor = Optional.empty();
  private Optional<String> standbyFor = Optional.empty();
  private Set<String> accepted = Set.of();
  private boolean verificationOff;
  private long consistentRounds;
  private long differentRounds;

  /**
   * Starts with nothing done.
   *
   * @param throttle supplies the reason why the daemon is slowed down, as {@link
   *     RateLimiter#reason}
   */
  public DaemonProgress(
      String cluster, String phase, InstantSource clock, Supplier<Optional<String>> throttle) {
    this(cluster, phase, SteadyClock.by(clock), throttle);
  }

  /** The same, with ages that do not change if the machine's clock is set. */
  public DaemonProgress(
      String cluster, String phase, SteadyClock clock, Supplier<Optional<String>> throttle) {
    this.cluster = cluster;
    this.phase = phase;
    this.clock = clock;
    this.throttle = throttle;
    this.health = new HealthMonitor(clock);
  }

  /** Where the loops report what fails. */
  public HealthMonitor health() {
    return health;
  }

  public synchronized void phase(String newPhase) {
    phase = newPhase;
  }

  /** A copy or a scan begins that has this many nodes to deal with. */
  public synchronized void copyOf(long nodes) {
    total = OptionalLong.of(nodes);
    copied = 0;
    rate.restart();
    rate.sample(clock.instant(), 0);
  }

  /** The copy has dealt with some more nodes, whether they had to be written or not. */
  public synchronized void copied(long nodes, long valueBytes) {
    copied += nodes;
    // A key that only etcd has is dealt with, too, and so is a node that came after the listing.
    total = total.isPresent() ? OptionalLong.of(Math.max(total.getAsLong(), copied)) : total;
    allNodes += nodes;
    bytes += valueBytes;
    rate.sample(clock.instant(), copied);
  }

  /** Everything that ZooKeeper had is on etcd: it was behind by no more than was measured. */
  public synchronized void caughtUp() {
    health.caughtUp();
    if (lagMillis.isEmpty()) {
      lag(Duration.ZERO, 0);
    }
  }

  /** How far etcd is behind, measured just now. */
  public synchronized void lag(Duration time, long changes) {
    lagMillis = OptionalLong.of(time.toMillis());
    lagChanges = OptionalLong.of(changes);
  }

  /** Every change up to this one is applied; an older one changes nothing. */
  public synchronized void applied(Zxid zxid) {
    applied = Optional.of(applied.map(zxid::max).orElse(zxid));
  }

  /** Records a verification that compared so many nodes. */
  public synchronized void verified(boolean consistent, long compared) {
    verification = Optional.of(new Verification(clock.instant(), consistent, compared));
    if (consistent) {
      consistentRounds++;
    } else {
      differentRounds++;
    }
  }

  /** The operator does not want continuous verification, so that only a cutover verifies. */
  public synchronized void verificationOff() {
    verificationOff = true;
  }

  /** The blockers of the plan that the operator accepted, by id. */
  public synchronized void accepted(Set<String> ids) {
    accepted = Set.copyOf(ids);
  }

  /** What goes after "waiting for", such as "the operator: migrate cutover". */
  public synchronized void waitingFor(String what) {
    waitingFor = Optional.of(what);
  }

  public synchronized void waitingForNothing() {
    waitingFor = Optional.empty();
    standbyFor = Optional.empty();
  }

  /**
   * This daemon does nothing but wait for the lock. What it knew of the copy is outdated.
   *
   * @param holder of the lock
   */
  public synchronized void standby(String holder) {
    standbyFor = Optional.of(holder);
    waitingFor = Optional.of("the lock, held by " + holder + "; this daemon is on standby");
    phase = Phase.PLANNED.title();
    verification = Optional.empty();
    lagMillis = OptionalLong.empty();
    lagChanges = OptionalLong.empty();
  }

  /** Who holds the lock, if this daemon waits for it. */
  public synchronized Optional<String> standbyFor() {
    return standbyFor;
  }

  public Status status() {
    Optional<Throttled> throttled = throttle.get().map(Throttled::new);
    synchronized (this) {
      OptionalDouble perSecond = copying() ? rate(clock.instant()) : OptionalDouble.empty();
      return new Status(
          phase,
          cluster,
          copied,
          total,
          perSecond,
          perSecond.isEmpty()
              ? OptionalLong.empty()
              : CopyRate.etaSeconds(copied, total.orElse(0), perSecond.getAsDouble()),
          lagNow(),
          lagChanges,
          applied.map(Zxid::toString),
          verification.map(last -> last.shownBy(clock)),
          waitingFor,
          standbyFor,
          throttled,
          accepted,
          health.health(verification).shownBy(clock),
          verificationOff);
    }
  }

  /** Grows while nothing is known to be applied. */
  private OptionalLong lagNow() {
    return health
        .lagBeyondUsual()
        .map(time -> OptionalLong.of(Math.max(time.toMillis(), lagMillis.orElse(0))))
        .orElse(lagMillis);
  }

  private boolean copying() {
    return total.isPresent() && copied < total.getAsLong();
  }

  private OptionalDouble rate(Instant now) {
    return rate.perSecond(now, copied);
  }

  /**
   * Registers the meters of what is reported here; the names are in the package's description.
   *
   * @param phases all that there are, so that each has its line from the start
   */
  public void bindTo(MeterRegistry registry, List<String> phases) {
    new ProgressMeters(this, registry).register(phases);
  }

  /** What the meters show, at one moment. */
  synchronized Totals totals() {
    return new Totals(allNodes, bytes, consistentRounds, differentRounds);
  }

  record Totals(long nodes, long bytes, long consistentRounds, long differentRounds) {}
}
