package io.metamigrate.migrator.pulsar;

import io.metamigrate.migrator.config.AdminConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.restart.Outcome;
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

/** Asks brokers through Pulsar's own admin client, each at its own address. */
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
    return new BrokerQuestions(config).ask(broker.id(), broker.adminUrl()).settings();
  }

  @Override
  public Outcome healthy(BrokerConfig broker) {
    try {
      admin(broker.adminUrl()).brokers().healthcheck(TopicVersion.V2);
      return Outcome.done(broker.id() + " is healthy");
    } catch (PulsarAdminException | PulsarClientException e) {
      return Outcome.notYet(
          "the health check of broker %s says: %s".formatted(broker.id(), Admins.reason(e)));
    }
  }

  @Override
  public Outcome serves(BrokerConfig broker, List<String> topics) {
    for (String topic : topics) {
      try {
        PulsarAdmin admin = admin(broker.adminUrl());
        admin.lookups().lookupTopic(topic);
        Optional<String> still = Backlog.still(admin.topics().getStats(topic));
        if (still.isPresent()) {
          return Outcome.notYet("topic " + topic + ": " + still.get());
        }
      } catch (PulsarAdminException | PulsarClientException e) {
        return Outcome.notYet("topic " + topic + " is not served: " + Admins.reason(e));
      }
    }
    return Outcome.done(topics.size() + " topics are served, no backlog stands still");
  }

  private synchronized PulsarAdmin admin(URI url) throws PulsarClientException {
    PulsarAdmin known = clients.get(url);
    if (known != null) {
      return known;
    }
    PulsarAdmin made = Admins.open(config, url, CONNECT, REQUEST);
    clients.put(url, made);
    return made;
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(PulsarAdmin::close);
    clients.clear();
  }
}
