package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.pulsar.client.impl.conf.ClientConfigurationData;
import org.apache.pulsar.client.impl.conf.ProducerConfigurationData;
import org.junit.jupiter.api.Test;

/** The defaults that the page about clients names are those of Pulsar's own client. */
final class ClientsPageTest {
  private static final Path PAGE = Path.of("../../runbooks", "clients.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(\\w+)` \\((?:client|producer)\\) \\| ([^|]+) \\|");

  @Test
  void defaultsAreThoseOfTheClient() throws IOException {
    ClientConfigurationData client = new ClientConfigurationData();
    long sendTimeout = new ProducerConfigurationData().getSendTimeoutMs();
    Map<String, String> defaults =
        Map.of(
            "maxBackoffInterval", seconds(client.getMaxBackoffIntervalNanos() / 1e9),
            "startingBackoffInterval", seconds(client.getInitialBackoffIntervalNanos() / 1e9),
            "operationTimeout", seconds(client.getOperationTimeoutMs() / 1e3),
            "sendTimeout", seconds(sendTimeout / 1e3),
            "memoryLimit", (client.getMemoryLimitBytes() >> 20) + " MiB");

    Map<String, String> named = new TreeMap<>();
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(row -> named.put(row.group(1), row.group(2)));
    assertThat(named).isEqualTo(defaults);
  }

  private static String seconds(double value) {
    return (value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value))
        + " s";
  }
}
