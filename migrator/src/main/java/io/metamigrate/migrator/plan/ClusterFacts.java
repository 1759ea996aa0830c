package io.metamigrate.migrator.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What brokers and bookies reported about themselves. Those that were not asked or did not answer
 * are listed with the reason: what is not known is never assumed to be fine. It holds only the
 * settings that a plan uses, never a secret.
 */
public record ClusterFacts(List<Broker> brokers, List<Bookie> bookies) {
  public static final ClusterFacts NOT_ASKED = new ClusterFacts(List.of(), List.of());

  public ClusterFacts {
    brokers = List.copyOf(brokers);
    bookies = List.copyOf(bookies);
  }

  /**
   * One broker.
   *
   * @param silence why nothing is known of it
   */
  public record Broker(
      String id, Optional<String> version, Map<String, String> settings, Optional<String> silence) {
    public Broker {
      settings = Map.copyOf(settings);
    }

    public static Broker silent(String id, String why) {
      return new Broker(id, Optional.empty(), Map.of(), Optional.of(why));
    }
  }

  /**
   * One bookie. BookKeeper does not report its version (BookieInfoService).
   *
   * @param freeBytes of its ledger disks
   * @param totalBytes of its ledger disks
   * @param silence why nothing is known of it
   */
  public record Bookie(
      String id,
      Map<String, String> settings,
      OptionalLong freeBytes,
      OptionalLong totalBytes,
      Optional<String> silence) {
    public Bookie {
      settings = Map.copyOf(settings);
    }

    public static Bookie silent(String id, String why) {
      return new Bookie(id, Map.of(), OptionalLong.empty(), OptionalLong.empty(), Optional.of(why));
    }
  }

  /** The distinct names that brokers give their cluster, {@code clusterName}. */
  public List<String> ownNames() {
    return brokers.stream()
        .flatMap(broker -> Optional.ofNullable(broker.settings().get("clusterName")).stream())
        .distinct()
        .toList();
  }

  /** Whether at least one broker reported its settings. */
  public boolean brokersAnswered() {
    return brokers.stream().anyMatch(broker -> !broker.settings().isEmpty());
  }

  public boolean bookiesAnswered() {
    return bookies.stream().anyMatch(bookie -> !bookie.settings().isEmpty());
  }

  /** The values of a setting that is not blank, by the brokers that reported it. */
  public Map<String, String> ofBrokers(String setting) {
    Map<String, String> values = new TreeMap<>();
    brokers.forEach(broker -> put(values, broker.id(), broker.settings().get(setting)));
    return values;
  }

  /** The values of a setting that is not blank, by the bookies that reported it. */
  public Map<String, String> ofBookies(String setting) {
    Map<String, String> values = new TreeMap<>();
    bookies.forEach(bookie -> put(values, bookie.id(), bookie.settings().get(setting)));
    return values;
  }

  private static void put(
      Map<String, String> values, String id, @org.jspecify.annotations.Nullable String value) {
    if (value != null && !value.isBlank()) {
      values.put(id, value.strip());
    }
  }
}
