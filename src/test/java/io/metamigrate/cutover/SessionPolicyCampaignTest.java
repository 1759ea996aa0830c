package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.BrokerServer;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Why a supervised broker is given {@code zookeeperSessionExpiredPolicy=shutdown} on etcd: real
 * brokers that are frozen past their session, and continue.
 */
@Tag("campaign")
@Timeout(1200)
final class SessionPolicyCampaignTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  /** How long a broker that is not registered is watched for registering after all. */
  private static final Duration WATCHED = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(strings = {"2.10.0", "3.0.7"})
  void onlyShutdownPolicyRestartsAFrozenBroker(String version, @TempDir Path folder)
      throws Exception {
    try (EtcdServer etcd = EtcdServer.start(folder);
        PulsarCluster cluster =
            new PulsarCluster(
                PulsarClassPath.of(version),
                folder,
                "c1",
                new MetadataHome.EtcdHome(List.of(etcd)),
                2,
                2)) {
      MetadataHome home = new MetadataHome.EtcdHome(List.of(etcd));
      BrokerServer ending = cluster.brokers().get(0);
      BrokerServer staying = cluster.brokers().get(1);
      ending.settings().set(Map.of("zookeeperSessionExpiredPolicy", "shutdown"));
      cluster.create();

      for (BrokerServer broker : cluster.brokers()) {
        broker.process().freeze();
      }
      for (BrokerServer broker : cluster.brokers()) {
        await("the lease of " + broker.id() + " runs out")
            .atMost(TIMEOUT)
            .until(() -> !home.registered(broker.registration()));
      }
      Instant resumed = Instant.now();
      for (BrokerServer broker : cluster.brokers()) {
        broker.process().thaw();
      }

      await("the broker with shutdown ends").atMost(TIMEOUT).until(() -> !ending.process().alive());
      System.out.printf(
          "%s: ended %d s after it woke%n",
          version, Duration.between(resumed, Instant.now()).toSeconds());
      // what a supervisor does
      ending.start();
      assertThat(home.registered(ending.registration())).isTrue();

      Instant watched = Instant.now();
      await("a minute without a registration of the other one")
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                assertThat(staying.process().alive()).isTrue();
                assertThat(home.registered(staying.registration())).isFalse();
                return Duration.between(watched, Instant.now()).compareTo(WATCHED) > 0;
              });
      System.out.printf("%s: the one with reconnect lives and is not registered%n", version);
    }
  }
}
