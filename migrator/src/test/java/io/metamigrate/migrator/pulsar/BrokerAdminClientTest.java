package io.metamigrate.migrator.pulsar;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker that cannot be asked, by the real client of Pulsar. */
final class BrokerAdminClientTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://127.0.0.1:1 | http://127.0.0.1:1: Connection refused: /127.0.0.1:1",
        "http://no-such-host.invalid:8080 | http://no-such-host.invalid:8080: the host name"
            + " no-such-host.invalid cannot be resolved"
      })
  void reportsTheCauseAlone(URI url, String line) {
    BrokerAdminClient client = new BrokerAdminClient(Configuration.defaults().cluster().admin());

    assertThat(client.ask("broker-1:8080", url).silence()).contains(line);
  }
}
