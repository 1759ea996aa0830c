package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.restart.RestartDriver;

/**
 * How nodes are restarted and asked for their health.
 *
 * @param atOnce whether the driver may handle several nodes at the same time
 */
public record NodeAccess(RestartDriver driver, boolean atOnce, BrokerHealth health) {}
