package io.metamigrate.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Pulsar cluster of bookies and brokers over a metadata store that is not its own: the store is
 * given, may be changed between stop and start, and is not closed with the cluster.
 */
public final class PulsarCluster implements AutoCloseable {
  private final String name;
  private final JavaServer java;
  private final Path directory;
  private final List<BookieServer> bookies;
  private final List<BrokerServer> brokers;
  private MetadataHome home;

  /** Nothing is started or written to the store yet. */
  public PulsarCluster(
      PulsarClassPath pulsar,
      Path directory,
      String name,
      MetadataHome home,
      int bookies,
      int brokers) {
    this.name = name;
    this.java = JavaServer.of(pulsar);
    this.directory = directory;
    this.home = home;
    this.bookies =
        IntStream.rangeClosed(1, bookies)
            .mapToObj(i -> new BookieServer(java, directory, "bookie-" + i, home))
            .toList();
    this.brokers =
        IntStream.rangeClosed(1, brokers)
            .mapToObj(i -> new BrokerServer(java, directory, "broker-" + i, name, home))
            .toList();
  }

  /** Cluster c1 on this ZooKeeper, with one broker; nothing is started. */
  public static PulsarCluster on(
      ZooKeeperServer zooKeeper, PulsarClassPath pulsar, Path directory, int bookies) {
    MetadataHome home = new MetadataHome.ZooKeeperHome(List.of(zooKeeper));
    return new PulsarCluster(pulsar, directory, "c1", home, bookies, 1);
  }

  /** Writes what a new cluster needs into the store, then starts every node. */
  public void create() {
    Path setup = directory.resolve("setup");
    java.run(
        setup,
        "org.apache.pulsar.PulsarClusterMetadataSetup",
        "--cluster",
        name,
        "--metadata-store",
        home.brokerUrl(),
        "--configuration-metadata-store",
        home.configurationUrl(),
        "--web-service-url",
        brokers.get(0).webUrl(),
        "--broker-service-url",
        brokers.get(0).serviceUrl(),
        "--initial-num-transaction-coordinators",
        "2");
    together(bookies, PulsarNode::start);
    // brokers of 2.10.0 race for /counters/producer-name while it is not there; one of two dies
    brokers.get(0).start();
    start();
  }

  /** All bookies at once, then all brokers at once; waits until each is up. */
  public void start() {
    bookies.forEach(BookieServer::startOnly);
    bookies.forEach(BookieServer::awaitUp);
    brokers.forEach(BrokerServer::startOnly);
    brokers.forEach(BrokerServer::awaitUp);
  }

  /** All brokers, then all bookies, gracefully, each kind at once. */
  public void stop() {
    together(brokers, PulsarNode::stop);
    together(bookies, PulsarNode::stop);
  }

  /** Where every node looks from its next start on. */
  public void use(MetadataHome newHome) {
    home = newHome;
    bookies.forEach(bookie -> bookie.use(newHome));
    brokers.forEach(broker -> broker.use(newHome));
  }

  public String name() {
    return name;
  }

  public List<BookieServer> bookies() {
    return bookies;
  }

  public List<BrokerServer> brokers() {
    return brokers;
  }

  /** For clients: {@code pulsar://} with every broker. */
  String serviceUrl() {
    return "pulsar://"
        + brokers.stream()
            .map(broker -> broker.serviceUrl().substring("pulsar://".length()))
            .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    brokers.forEach(BrokerServer::close);
    bookies.forEach(BookieServer::close);
  }

  private static void together(List<? extends PulsarNode> nodes, Consumer<PulsarNode> action) {
    List<Thread> threads = new ArrayList<>();
    List<RuntimeException> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (PulsarNode node : nodes) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  action.accept(node);
                } catch (RuntimeException e) {
                  failures.add(e);
                }
              },
              "lab-" + node.id());
      thread.start();
      threads.add(thread);
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for nodes", e);
    }
    if (!failures.isEmpty()) {
      IllegalStateException failed = new IllegalStateException("a node failed", failures.get(0));
      failures.stream().skip(1).forEach(failed::addSuppressed);
      throw failed;
    }
  }
}
