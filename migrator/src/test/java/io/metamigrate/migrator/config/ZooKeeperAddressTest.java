package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZooKeeperAddressTest {
  @Test
  void acceptsHostThatIsNamedZk() {
    assertThat(ZooKeeperAddress.parse("zk:2181,zk:2182/pulsar").connectString())
        .isEqualTo("zk:2181,zk:2182/pulsar");
    assertThatThrownBy(() -> ZooKeeperAddress.parse("zk:zk1:2181,zk2:2181"))
        .hasMessageContaining("leave out the scheme");
  }

  @Test
  void readsServersAndChroot() {
    ZooKeeperAddress address = ZooKeeperAddress.parse("zk1:2181,zk-2.example:2182/a/b");

    assertThat(address.servers())
        .containsExactly(new HostPort("zk1", 2181), new HostPort("zk-2.example", 2182));
    assertThat(address.chroot()).isEqualTo("/a/b");
    assertThat(address.connectString()).isEqualTo("zk1:2181,zk-2.example:2182/a/b");
  }

  @Test
  void readsSlashAsRoot() {
    assertThat(ZooKeeperAddress.parse("zk1:2181/").connectString()).isEqualTo("zk1:2181");
  }

  @Test
  void readsAnIpv6AddressInBrackets() {
    assertThat(ZooKeeperAddress.parse("[::1]:2181").servers())
        .containsExactly(new HostPort("[::1]", 2181));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zk1",
        "zk1:",
        ":2181",
        "zk1:port",
        "zk1:70000",
        "zk1:0",
        "zk1:2181,",
        "zk1:2181,,zk2:2181",
        "zk1:2181 zk2:2181",
        "zk1:2181//a",
        "zk1:2181/a/",
        "zk1:2181/a/../b",
        "zk:zk1:2181",
        "http://zk1:2181"
      })
  void refusesMalformedAddressWithTheExpectedForm(String text) {
    assertThatThrownBy(() -> ZooKeeperAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is not a ZooKeeper address: ")
        .hasMessageEndingWith("expected HOST:PORT[,HOST:PORT][/chroot]")
        .hasMessageNotContaining("\n");
  }

  /** The dot keeps a resolver from trying search domains; the host is the same. */
  @Test
  void nameWithAFinalDotIsTheSameHost() {
    ZooKeeperAddress absolute = ZooKeeperAddress.parse("zk1.svc.:2181");

    assertThat(absolute.overlaps(ZooKeeperAddress.parse("ZK1.svc:2181"))).isTrue();
    assertThat(absolute.connectString()).isEqualTo("zk1.svc.:2181");
  }
}
