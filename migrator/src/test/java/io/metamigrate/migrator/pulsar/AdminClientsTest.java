package io.metamigrate.migrator.pulsar;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

final class AdminClientsTest {
  private static final String RETRIES = "Could not complete the operation. Failed reason: ";

  @Test
  void onlyAnUnknownHostIsNotResolved() {
    assertThat(AdminClients.reason(new Exception(RETRIES + "null", new ClosedChannelException())))
        .isEqualTo("ClosedChannelException");
    assertThat(AdminClients.reason(new Exception(RETRIES + "closed", new Exception("closed"))))
        .isEqualTo("closed");
    assertThat(AdminClients.reason(new Exception(RETRIES + "b1", new UnknownHostException("b1"))))
        .isEqualTo("the host name b1 cannot be resolved");
  }
}
