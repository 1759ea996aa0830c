package io.metamigrate.migrator.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The maintenance window.
 *
 * @param strategy in which order bookies and brokers go over
 * @param times the limits of time
 * @param driver how nodes are restarted; without it only a rehearsal is possible
 * @param nodes what the move restarts
 * @param originals settings to restore
 * @param accept what the rehearsal found and the operator accepts by name, each as it printed it
 */
public record CutoverConfig(
    Strategy strategy,
    TimeLimits times,
    Optional<DriverConfig> driver,
    NodesConfig nodes,
    OriginalsConfig originals,
    List<String> accept) {
  /** One without a driver that restores and accepts nothing. */
  public static CutoverConfig of(Strategy strategy, TimeLimits times, NodesConfig nodes) {
    return new CutoverConfig(
        strategy, times, Optional.empty(), nodes, OriginalsConfig.none(), List.of());
  }

  CutoverConfig withBookies(Set<String> ids) {
    List<BookieConfig> some =
        bookies().stream().filter(bookie -> ids.contains(bookie.id())).toList();
    return new CutoverConfig(
        strategy,
        times,
        driver,
        new NodesConfig(some, brokers(), metadataWriters()),
        originals,
        accept);
  }

  /**
   * Limits of time.
   *
   * @param maxOutage maximum outage before the cutover rolls back automatically, if it can
   * @param budget how long one step may take
   * @param budgets steps that get another budget, by the step's name
   */
  public record TimeLimits(Duration maxOutage, Duration budget, Map<String, Duration> budgets) {
    public TimeLimits {
      budgets = Map.copyOf(budgets);
    }
  }

  /**
   * Nodes of the cluster.
   *
   * @param bookies all of them
   * @param brokers all of them
   * @param metadataWriters what else writes metadata
   */
  public record NodesConfig(
      List<BookieConfig> bookies,
      List<BrokerConfig> brokers,
      MetadataWritersConfig metadataWriters) {
    public NodesConfig {
      bookies = List.copyOf(bookies);
      brokers = List.copyOf(brokers);
    }
  }

  /** In which order bookies and brokers go over. */
  public enum Strategy {
    /** Bookies one at a time while brokers serve, then all brokers. */
    ROLLING,
    /** Everything at once, with the brokers stopped. */
    STOP_ALL
  }

  private static final Duration MAX_OUTAGE = Duration.ofMinutes(2);
  private static final Duration BUDGET = Duration.ofMinutes(2);

  public CutoverConfig {
    accept = List.copyOf(accept);
    Checks checks =
        new Checks()
            .positive("maxOutage", times.maxOutage())
            .positive("budget", times.budget())
            .distinct("bookies", nodes.bookies().stream().map(BookieConfig::id).toList())
            .distinct("brokers", nodes.brokers().stream().map(BrokerConfig::id).toList());
    times.budgets().forEach((step, time) -> checks.positive("budgets", time));
    checks.orThrow();
  }

  static CutoverConfig defaults() {
    return of(
        Strategy.ROLLING,
        new TimeLimits(MAX_OUTAGE, BUDGET, Map.of()),
        new NodesConfig(List.of(), List.of(), MetadataWritersConfig.none()));
  }

  static CutoverConfig read(Section section) {
    Strategy strategy = section.choice("strategy", Strategy.ROLLING);
    Duration maxOutage = section.duration("maxOutage", MAX_OUTAGE);
    Duration budget = section.duration("budget", BUDGET);
    Map<String, Duration> budgets = budgets(section.section("budgets"));
    Optional<DriverConfig> driver =
        section.has("driver") ? DriverConfig.read(section.section("driver")) : Optional.empty();
    List<BookieConfig> bookies =
        section.sections("bookies").stream().map(BookieConfig::read).toList();
    List<BrokerConfig> brokers =
        section.sections("brokers").stream().map(BrokerConfig::read).toList();
    MetadataWritersConfig writers = MetadataWritersConfig.read(section.section("metadataWriters"));
    OriginalsConfig originals = OriginalsConfig.read(section.section("originals"));
    List<String> accept = section.strings("accept", List.of());
    return section.build(
        () ->
            new CutoverConfig(
                strategy,
                new TimeLimits(maxOutage, budget, budgets),
                driver,
                new NodesConfig(bookies, brokers, writers),
                originals,
                accept),
        defaults());
  }

  private static Map<String, Duration> budgets(Section section) {
    Map<String, Duration> budgets = new LinkedHashMap<>();
    for (String step : section.entries().keySet()) {
      section.value(step, Durations::parse).ifPresent(time -> budgets.put(step, time));
    }
    return budgets;
  }

  /** The time that a step may take. */
  public Duration budgetOf(String step) {
    return times.budgets().getOrDefault(step, times.budget());
  }

  public List<BookieConfig> bookies() {
    return nodes.bookies();
  }

  public List<BrokerConfig> brokers() {
    return nodes.brokers();
  }

  public MetadataWritersConfig metadataWriters() {
    return nodes.metadataWriters();
  }
}
