package io.metamigrate.migrator.config;

import java.util.Map;

/**
 * The operator's own values of settings that the cutover changes for a while, such as {@code
 * gcWaitTime}; a setting that is not named returns to the value in the node's own files.
 *
 * @param bookies setting to value
 * @param brokers setting to value
 */
public record OriginalsConfig(Map<String, String> bookies, Map<String, String> brokers) {
  public OriginalsConfig {
    bookies = Map.copyOf(bookies);
    brokers = Map.copyOf(brokers);
  }

  static OriginalsConfig none() {
    return new OriginalsConfig(Map.of(), Map.of());
  }

  static OriginalsConfig read(Section section) {
    Map<String, String> bookies = section.section("bookies").entries();
    Map<String, String> brokers = section.section("brokers").entries();
    return section.build(() -> new OriginalsConfig(bookies, brokers), none());
  }
}
