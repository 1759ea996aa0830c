package io.metamigrate.migrator.pulsar;

import io.metamigrate.migrator.config.AdminConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.restart.StepOutcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.admin.PulsarAdminException;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.common.naming.TopicVersion;

/**
 * Asks brokers through Pulsar's own admin client, each at its own address. Safe for use by several
 * threads.
 */
public final class PulsarHealth implements BrokerHealth {
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration REQUEST = Duration.ofSeconds(15);

  private final AdminConfig config;
  private final Map<URI, PulsarAdmin> clients = new HashMap<>();

  public PulsarHealth(AdminConfig config) {
    this.config = config;
  }

  @Override
  public boolean answers(BrokerConfig broker) {
    URI url = broker.adminUrl();
    int port = url.getPort() > 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(url.getHost(), port), Math.toIntExact(CONNECT.toMillis()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Map<String, String> settings(BrokerConfig broker) {
    return new BrokerAdminClient(config).ask(broker.id(), broker.adminUrl()).settings();
  }

  @Override
  public StepOutcome healthy(BrokerConfig broker) {
    try {
      admin(broker.adminUrl()).brokers().healthcheck(TopicVersion.V2);
      return StepOutcome.done(broker.id() + " is healthy");
    } catch (PulsarAdminException | PulsarClientException e) {
      return StepOutcome.notYet(
          "the health check of broker %s reports: %s"
              .formatted(broker.id(), AdminClients.reason(e)));
    }
  }

  @Override
  public StepOutcome serves(BrokerConfig broker, List<String> topics) {
    for (String topic : topics) {
      try {
        PulsarAdmin admin = admin(broker.adminUrl());
        admin.lookups().lookupTopic(topic);
        Optional<String> stalled = SubscriptionProgress.stalled(admin.topics().getStats(topic));
        if (stalled.isPresent()) {
          return StepOutcome.notYet("topic " + topic + ": " + stalled.get());
        }
      } catch (PulsarAdminException | PulsarClientException e) {
        return StepOutcome.notYet("topic " + topic + " is not served: " + AdminClients.reason(e));
      }
    }
    return StepOutcome.done(
        topics.size()
            + " topics served; every subscription with a waiting consumer makes progress");
  }

  private synchronized PulsarAdmin admin(URI url) throws PulsarClientException {
    PulsarAdmin known = clients.get(url);
    if (known != null) {
      return known;
    }
    PulsarAdmin made = AdminClients.open(config, url, CONNECT, REQUEST);
    clients.put(url, made);
    return made;
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(PulsarAdmin::close);
    clients.clear();
  }
}
