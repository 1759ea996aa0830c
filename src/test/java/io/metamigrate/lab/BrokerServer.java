package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One broker: ledgers of 100 entries on two bookies each, transactions, system topics and topic
 * policies on, idle topics kept.
 */
public final class BrokerServer implements PulsarNode {
  private static final String MAIN = "org.apache.pulsar.PulsarBrokerStarter";

  private final int port;
  private final int webPort;
  private final NodeSettings settings;
  private final LabProcess process;
  private MetadataHome home;

  BrokerServer(JavaServer java, Path directory, String name, String cluster, MetadataHome home) {
    this.port = FreePorts.next();
    this.webPort = FreePorts.next();
    Path own = directory.resolve(name);
    this.settings = new NodeSettings(own.resolve("broker.conf"));
    this.process = java.process(name, own, 768, MAIN, "--broker-conf", settings.file().toString());
    this.home = home;
    settings.set(defaults(cluster));
    use(home);
  }

  private Map<String, String> defaults(String cluster) {
    Map<String, String> lines = new HashMap<>();
    lines.put("clusterName", cluster);
    lines.put("brokerServicePort", Integer.toString(port));
    lines.put("webServicePort", Integer.toString(webPort));
    lines.put("bindAddress", "127.0.0.1");
    lines.put("advertisedAddress", "127.0.0.1");
    lines.put("managedLedgerDefaultEnsembleSize", "2");
    lines.put("managedLedgerDefaultWriteQuorum", "2");
    lines.put("managedLedgerDefaultAckQuorum", "2");
    lines.put("managedLedgerMaxEntriesPerLedger", "100");
    lines.put("managedLedgerMinLedgerRolloverTimeMinutes", "0");
    lines.put("managedLedgerCacheSizeMB", "32");
    lines.put("transactionCoordinatorEnabled", "true");
    lines.put("systemTopicEnabled", "true");
    lines.put("topicLevelPoliciesEnabled", "true");
    lines.put("brokerDeleteInactiveTopicsEnabled", "false");
    lines.put("brokerShutdownTimeoutMs", "20000");
    lines.put("loadBalancerOverrideBrokerNicSpeedGbps", "10");
    lines.put("webSocketServiceEnabled", "false");
    lines.put("functionsWorkerEnabled", "false");
    lines.put("numIOThreads", "4");
    lines.put("numHttpServerThreads", "8");
    lines.put("numExecutorThreadPoolSize", "4");
    lines.put("numCacheExecutorThreadPoolSize", "2");
    return lines;
  }

  @Override
  public String id() {
    return "127.0.0.1:" + webPort;
  }

  @Override
  public String registration() {
    return "/loadbalance/brokers/" + id();
  }

  /** {@code pulsar://127.0.0.1:PORT}. */
  String serviceUrl() {
    return "pulsar://127.0.0.1:" + port;
  }

  /** {@code http://127.0.0.1:PORT}. */
  String webUrl() {
    return "http://127.0.0.1:" + webPort;
  }

  @Override
  public NodeSettings settings() {
    return settings;
  }

  @Override
  public LabProcess process() {
    return process;
  }

  @Override
  public void use(MetadataHome newHome) {
    home = newHome;
    settings.set(
        Map.of(
            "metadataStoreUrl", newHome.brokerUrl(),
            "configurationMetadataStoreUrl", newHome.configurationUrl()));
  }

  @Override
  public void startOnly() {
    process.start();
  }

  /** Registered, and its own health check has written and read a message. */
  @Override
  public void awaitUp() {
    process.awaitReady(
        "is registered and healthy", () -> home.registered(registration()) && healthy());
  }

  private boolean healthy() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(webUrl() + "/admin/v2/brokers/health").toURL().openConnection();
    connection.setConnectTimeout(1_000);
    connection.setReadTimeout(30_000);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), UTF_8).strip().equals("ok");
    } finally {
      connection.disconnect();
    }
  }
}
