package io.metamigrate.migrator.pulsar;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;
import java.util.Map;

/** The health and settings that brokers report over the network. */
public interface BrokerHealth extends AutoCloseable {
  /** Whether anything accepts a connection at the broker's admin address. */
  boolean answers(BrokerConfig broker);

  /**
   * The settings it runs with that matter to a move, as it reports them; empty if it does not
   * answer.
   */
  default Map<String, String> settings(BrokerConfig broker) {
    return Map.of();
  }

  /** Its own health check: it writes and reads a message. */
  StepOutcome healthy(BrokerConfig broker);

  /** Whether these topics are served and their backlogs move, asked of this broker. */
  StepOutcome serves(BrokerConfig broker, List<String> topics);

  @Override
  void close();
}
