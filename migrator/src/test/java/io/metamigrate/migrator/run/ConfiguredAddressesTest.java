package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfiguredAddressesTest {
  @TempDir Path folder;

  @Test
  void silentBrokerBlocksUnlessTheClusterIsStopped() throws IOException {
    ClusterFacts.Broker silent = ClusterFacts.Broker.silent("b:8080", "Connection refused");

    assertThat(silent(silent, true))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.BLOCKER);
    assertThat(silent(silent, false))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.WARNING);
  }

  /** The reason that the broker's client gives begins with the address. */
  @Test
  void namesKeyAddressAndReasonOnce() throws IOException {
    ClusterFacts.Broker silent =
        ClusterFacts.Broker.silent("b:8080", "http://b:8080: Connection refused");

    assertThat(silent(silent, true))
        .extracting(Finding::message)
        .containsExactly(
            "cutover.brokers[b:8080].adminUrl has no usable answer: http://b:8080: Connection"
                + " refused");
  }

  /** Its address and token are right, although the token is not a superuser's. */
  @Test
  void brokerThatRefusesItsSettingsAnswers() throws IOException {
    ClusterFacts.Broker refuses =
        new ClusterFacts.Broker(
            "b:8080", Optional.of("3.0.0"), Map.of(), Optional.of("answers, but refuses"));

    assertThat(silent(refuses, true)).isEmpty();
  }

  private List<Finding> silent(ClusterFacts.Broker broker, boolean running) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("move.yaml"),
            "cutover: {brokers: [{id: \"b:8080\", adminUrl: \"http://b:8080\"}]}\n");
    return ConfiguredAddresses.silent(
        Configuration.load(file), new ClusterFacts(List.of(broker), List.of()), running);
  }
}
