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
 * @param maxOutage maximum outage before the cutover rolls back automatically, if it can
 * @param budget how long one step may take
 * @param budgets steps that get another budget, by the step's name
 * @param driver how nodes are restarted; without it only a rehearsal is possible
 * @param bookies all of them
 * @param brokers all of them
 * @param metadataWriters what else writes metadata
 * @param originals settings to restore
 * @param accept what the rehearsal found and the operator accepts by name, each as it printed it
 */
public record CutoverConfig(
    Strategy strategy,
    Duration maxOutage,
    Duration budget,
    Map<String, Duration> budgets,
    Optional<DriverConfig> driver,
    List<BookieConfig> bookies,
    List<BrokerConfig> brokers,
    MetadataWritersConfig metadataWriters,
    OriginalsConfig originals,
    List<String> accept) {
  CutoverConfig withBookies(Set<String> ids) {
    return new CutoverConfig(
        strategy,
        maxOutage,
        budget,
        budgets,
        driver,
        bookies.stream().filter(bookie -> ids.contains(bookie.id())).toList(),
        brokers,
        metadataWriters,
        originals,
        accept);
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
    budgets = Map.copyOf(budgets);
    bookies = List.copyOf(bookies);
    brokers = List.copyOf(brokers);
    accept = List.copyOf(accept);
    Checks checks =
        new Checks()
            .positive("maxOutage", maxOutage)
            .positive("budget", budget)
            .distinct("bookies", bookies.stream().map(BookieConfig::id).toList())
            .distinct("brokers", brokers.stream().map(BrokerConfig::id).toList());
    budgets.forEach((step, time) -> checks.positive("budgets", time));
    checks.orThrow();
  }

  static CutoverConfig defaults() {
    return new CutoverConfig(
        Strategy.ROLLING,
        MAX_OUTAGE,
        BUDGET,
        Map.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        MetadataWritersConfig.none(),
        OriginalsConfig.none(),
        List.of());
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
    MetadataWritersConfig side = MetadataWritersConfig.read(section.section("metadataWriters"));
    OriginalsConfig originals = OriginalsConfig.read(section.section("originals"));
    List<String> accept = section.strings("accept", List.of());
    return section.build(
        () ->
            new CutoverConfig(
                strategy, maxOutage, budget, budgets, driver, bookies, brokers, side, originals,
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
    return budgets.getOrDefault(step, budget);
  }
}
