package io.metamigrate.migrator.pulsar;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.restart.Outcome;
import java.util.List;
import java.util.Map;

/** What brokers say of themselves, over the network and never by process. */
public interface BrokerHealth extends AutoCloseable {
  /** Whether anything accepts a connection at the broker's admin address. */
  boolean answers(BrokerConfig broker);

  /** What it runs with, as it says itself: settings that a move looks at; empty if it is silent. */
  default Map<String, String> settings(BrokerConfig broker) {
    return Map.of();
  }

  /** Its own health check: it writes and reads a message. */
  Outcome healthy(BrokerConfig broker);

  /** Whether these topics are served and their backlogs move, asked of this broker. */
  Outcome serves(BrokerConfig broker, List<String> topics);

  @Override
  void close();
}
