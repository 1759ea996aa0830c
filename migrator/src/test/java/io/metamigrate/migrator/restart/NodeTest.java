package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeTest {
  @ParameterizedTest
  @CsvSource({
    "b1:3181,b1,3181",
    "10.0.0.7:3181,10.0.0.7,3181",
    "pulsar-bookie-0.pulsar-bookie.ns.svc.cluster.local:3181,"
        + "pulsar-bookie-0.pulsar-bookie.ns.svc.cluster.local,3181",
    "[::1]:3181,[::1],3181"
  })
  void usesHostAsName(String id, String host, String port) {
    Node node = new Node(Component.BOOKIE, id);

    assertThat(node.name()).isEqualTo(host);
    assertThat(node.port()).contains(port);
  }

  @Test
  void usesIdWithoutPortAsName() {
    Node node = new Node(Component.BOOKIE, "bookie-7");

    assertThat(node.name()).isEqualTo("bookie-7");
    assertThat(node.port()).isEmpty();
  }

  @Test
  void acceptsADriverName() {
    Node node = new Node(Component.BOOKIE, "b1:3181", "bookie-service-1");

    assertThat(node.name()).isEqualTo("bookie-service-1");
    assertThat(node.port()).contains("3181");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-oProxyCommand=x", "b1;rm -rf /", "b1 b2", "$(x)", "b'1", "b\n1", "`x`"})
  void refusesIdWithShellMetacharacters(String id) {
    assertThatThrownBy(() -> new Node(Component.BROKER, id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broker id");
  }
}
