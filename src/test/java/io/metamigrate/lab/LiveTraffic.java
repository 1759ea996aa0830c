package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.SubscriptionType;

/**
 * Producers and consumers that keep running through restarts and moves: about 40 messages a second
 * on each of a plain topic read by Failover, a partitioned one read by Failover, and a plain one
 * read by Shared.
 *
 * <p>The client retries at least every second, so its own retry interval adds little to a pause;
 * Pulsar's default is up to a minute.
 */
public final class LiveTraffic implements AutoCloseable {
  private final PulsarClient client;
  private final ScheduledExecutorService threads;
  private final List<LiveStream> streams = new ArrayList<>();

  private LiveTraffic(PulsarClient client) {
    this.client = client;
    this.threads =
        Executors.newScheduledThreadPool(
            3,
            task -> {
              Thread thread = new Thread(task, "lab-live-traffic");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts it and waits until each topic has had its first messages. */
  public static LiveTraffic start(PulsarCluster cluster) throws IOException {
    new AdminApi(cluster.brokers().get(0).webUrl())
        .put("persistent/public/default/live-partitioned/partitions", "3");
    LiveTraffic traffic =
        new LiveTraffic(
            PulsarClient.builder()
                .serviceUrl(cluster.serviceUrl())
                .startingBackoffInterval(100, TimeUnit.MILLISECONDS)
                .maxBackoffInterval(1, TimeUnit.SECONDS)
                .operationTimeout(5, TimeUnit.MINUTES)
                .build());
    traffic.stream("live-plain", SubscriptionType.Failover);
    traffic.stream("live-partitioned", SubscriptionType.Failover);
    traffic.stream("live-shared", SubscriptionType.Shared);
    traffic.awaitProgress();
    return traffic;
  }

  private void stream(String name, SubscriptionType type) throws PulsarClientException {
    streams.add(new LiveStream(client, "persistent://public/default/" + name, type, threads));
  }

  /**
   * Waits until every producer has had ten more confirmations and every consumer has those
   * messages: what a reconnected consumer gets again it has got by then.
   */
  public void awaitProgress() {
    for (LiveStream stream : streams) {
      int before = stream.confirmations();
      await().atMost(Duration.ofMinutes(2)).until(() -> stream.confirmations() >= before + 10);
      stream.awaitConsumer();
    }
  }

  /** What each consumer was given again between the two. */
  public List<LiveRepeats> repeats(Instant from, Instant to) {
    return streams.stream().map(stream -> stream.repeats(from, to)).toList();
  }

  /** The longest that any producer has waited for a confirmation so far. */
  public Duration longestPause() {
    return longestPause(Instant.MIN, Instant.MAX);
  }

  /** The same of the waits that began between the two. */
  public Duration longestPause(Instant from, Instant to) {
    return streams.stream()
        .map(stream -> stream.longestPause(from, to))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** Ends the producers, lets the consumers finish, and reports each topic. */
  public List<LiveReport> stop() throws PulsarClientException {
    List<LiveReport> reports = new ArrayList<>();
    for (LiveStream stream : streams) {
      reports.add(stream.stop());
    }
    return reports;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      client.shutdown();
    } catch (PulsarClientException e) {
      throw new IllegalStateException("the Pulsar client did not shut down", e);
    }
  }
}
