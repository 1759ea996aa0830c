package io.metamigrate.migrator.pulsar;

import io.metamigrate.migrator.config.AdminConfig;
import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.plan.BookKeeperNodes;
import io.metamigrate.migrator.plan.ClusterFacts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Asks every broker and bookie that is configured or registered what it is and how it is set. Reads
 * only; those that do not answer in time are in the result with the reason. The time is bounded
 * however many do not answer. For one thread.
 */
public final class ClusterInventory {
  private static final int AT_ONCE = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final BrokerAdminClient brokers;
  private final AdminConfig admin;

  private ClusterInventory(AdminConfig admin) {
    this.admin = admin;
    this.brokers = new BrokerAdminClient(admin);
  }

  /**
   * Asks all of them, several at once, those of the configuration first.
   *
   * @param registered names below {@code /loadbalance/brokers}
   * @param bookKeeper the bookies in the tree
   * @throws ConfigurationException if a file that the configuration names cannot be used
   */
  public static ClusterFacts ask(
      Configuration configuration, List<String> registered, BookKeeperNodes bookKeeper) {
    return ask(configuration, registered, bookKeeper, TIMEOUT);
  }

  static ClusterFacts ask(
      Configuration configuration,
      List<String> registered,
      BookKeeperNodes bookKeeper,
      Duration timeout) {
    ClusterInventory inventory = new ClusterInventory(configuration.cluster().admin());
    ExecutorService threads =
        Executors.newFixedThreadPool(
            AT_ONCE,
            task -> {
              Thread thread = new Thread(task, "inventory");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Map<String, URI> brokerUrls =
          inventory.brokers(configuration.cutover().brokers(), registered);
      Map<String, Optional<URI>> bookieUrls =
          bookies(configuration.cutover().bookies(), bookKeeper);
      Set<String> named = named(configuration);
      Map<String, Future<ClusterFacts.Broker>> brokers = new TreeMap<>();
      Map<String, Future<ClusterFacts.Bookie>> bookies = new TreeMap<>();
      // Many that are registered and silent must not use up the time of those in the file.
      for (boolean first : List.of(true, false)) {
        brokerUrls.forEach(
            (id, url) -> {
              if (named.contains(id) == first) {
                brokers.put(id, threads.submit(() -> inventory.brokers.ask(id, url)));
              }
            });
        bookieUrls.forEach(
            (id, url) -> {
              if (named.contains(id) == first) {
                bookies.put(id, threads.submit(() -> BookieHttpClient.ask(id, url)));
              }
            });
      }
      long deadline = System.nanoTime() + timeout.toNanos();
      return new ClusterFacts(
          collect(brokers, deadline, ClusterFacts.Broker::silent),
          collect(bookies, deadline, ClusterFacts.Bookie::silent));
    } finally {
      threads.shutdownNow();
    }
  }

  /** Whose addresses are in the configuration. */
  private static Set<String> named(Configuration configuration) {
    Set<String> named = new HashSet<>();
    configuration.cutover().brokers().forEach(broker -> named.add(broker.id()));
    configuration.cutover().bookies().forEach(bookie -> named.add(bookie.id()));
    configuration.cluster().admin().url().ifPresent(url -> named.add(url.getAuthority()));
    return named;
  }

  /**
   * Where each broker's admin interface is; one that is only registered is named by its address.
   */
  private Map<String, URI> brokers(List<BrokerConfig> configured, List<String> registered) {
    Map<String, URI> all = new TreeMap<>();
    String scheme = admin.url().map(URI::getScheme).orElse("http");
    // A token goes to addresses that the operator has named, or over TLS; never in the clear to
    // everything that is registered in ZooKeeper is a broker.
    boolean mayAsk = admin.tokenFile().isEmpty() || scheme.equals("https");
    for (String name : registered) {
      if (mayAsk && name.matches("[A-Za-z0-9._-]+:\\d{1,5}")) {
        all.put(name, URI.create(scheme + "://" + name));
      }
    }
    configured.forEach(broker -> all.put(broker.id(), broker.adminUrl()));
    admin.url().ifPresent(url -> all.putIfAbsent(url.getAuthority(), url));
    return all;
  }

  private static Map<String, Optional<URI>> bookies(
      List<BookieConfig> configured, BookKeeperNodes nodes) {
    Map<String, Optional<URI>> all = new TreeMap<>();
    nodes.cookies().forEach(id -> all.put(id, Optional.empty()));
    nodes
        .registered()
        .forEach(id -> all.put(id, Optional.ofNullable(nodes.webAddresses().get(id))));
    for (BookieConfig bookie : configured) {
      all.merge(
          bookie.id(), bookie.adminUrl(), (known, given) -> given.isPresent() ? given : known);
    }
    return all;
  }

  /**
   * Collects the answers.
   *
   * @param unanswered makes the entry of a server that did not answer, from its id and the cause
   */
  private static <T> List<T> collect(
      Map<String, Future<T>> asked, long deadline, BiFunction<String, String, T> unanswered) {
    List<T> answers = new ArrayList<>();
    asked.forEach(
        (id, answer) -> {
          Supplier<T> late = () -> unanswered.apply(id, "did not answer in time");
          try {
            long left = Math.max(0, deadline - System.nanoTime());
            answers.add(answer.get(left, TimeUnit.NANOSECONDS));
          } catch (TimeoutException e) {
            answers.add(late.get());
          } catch (ExecutionException e) {
            if (e.getCause() instanceof ConfigurationException fault) {
              throw fault;
            }
            answers.add(unanswered.apply(id, String.valueOf(e.getCause())));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answers.add(late.get());
          }
        });
    return answers;
  }
}
