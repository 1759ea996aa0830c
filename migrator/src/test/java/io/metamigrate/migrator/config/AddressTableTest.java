package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever passes the parser can be connected to; whatever does not is refused with the right form.
 */
final class AddressTableTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://e1:2379                       | http://e1:2379
          HTTP://E1:2379                       | http://e1:2379
          http://e1:2379/                      | http://e1:2379
          ' http://e1:2379 '                   | http://e1:2379
          http://e1:2379,http://e2:2379        | http://e1:2379,http://e2:2379
          'http://e1:2379, http://e2:2379'     | http://e1:2379,http://e2:2379
          https://10.0.0.1:65535               | https://10.0.0.1:65535
          """)
  void acceptsEtcdAddress(String text, String read) {
    assertThat(EtcdEndpoints.parse(text)).hasToString(read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://[::1]:2379                    | give a host name that resolves to it
          https://[fe80::1]:2379               | give a host name that resolves to it
          http://e1:2379,http://[::1]:2379     | give a host name that resolves to it
          http://e1:0                          | a port between 1 and 65535
          http://e1:65536                      | a port between 1 and 65535
          http://e1:-1                         | a port
          http://e1:99999999999                | a port
          http://e1                            | a port
          http://e1:                           | a port
          http://:2379                         | a host
          http://e_1:2379                      | underscore
          http://user@e1:2379                  | target.user
          http://user:pw@e1:2379               | target.user
          http://e1:2379/v3                    | more than a host and a port
          http://e1:2379//                     | more than a host and a port
          http://e1:2379?a=b                   | more than a host and a port
          http://e1:2379#a                     | more than a host and a port
          http://e1:2379,http://e1:2379        | listed twice
          http://e1:2379,HTTP://E1:2379/       | listed twice
          http://e1:2379,https://e2:2379       | same scheme
          http://e1:2379,                      | is empty
          http://e1:2379,,http://e2:2379       | is empty
          ''                                   | is empty
          ' '                                  | is empty
          http://e 1:2379                      | not a URL
          e1:2379                              | http://
          //e1:2379                            | http://
          ftp://e1:2379                        | http://
          etcd:http://e1:2379                  | leave out 'etcd:'
          http://ä:2379                        | a host
          http://999.1.1.1:2379                | a host
          """)
  void refusesEtcdAddress(String text, String message) {
    assertThatThrownBy(() -> EtcdEndpoints.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("pw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          zk1:2181                             | zk1:2181
          zk_1:2181                            | zk_1:2181
          zk1.svc.:2181                        | zk1.svc.:2181
          [::1]:2181                           | [::1]:2181
          [::1%lo]:2181                        | [::1%lo]:2181
          zk1:2181/                            | zk1:2181
          zk1:2181,zk2:2181/a/b                | zk1:2181,zk2:2181/a/b
          ' zk1:2181 , zk2:2181 '              | zk1:2181,zk2:2181
          """)
  void acceptsZooKeeperAddress(String text, String read) {
    assertThat(ZooKeeperAddress.parse(text)).hasToString(read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [::::]:2181                          | no IPv6 address
          [12345::]:2181                       | no IPv6 address
          [fe80::1%no-such-zone]:2181          | no IPv6 address
          [fe80::1%]:2181                      | HOST:PORT
          [::1]                                | HOST:PORT
          ::1:2181                             | HOST:PORT
          zk1                                  | HOST:PORT
          zk1..:2181                           | HOST:PORT
          .:2181                               | HOST:PORT
          zk1:0                                | port 0
          zk1:65536                            | above 65535
          zk1:-1                               | HOST:PORT
          zk1:2181,                            | HOST:PORT
          zk1:2181,zk1:2181                    | listed twice
          zk1:2181/a,zk2:2181/a                | given once, after the last server
          zk1:2181/a/                          | not a chroot
          zk1:2181//a                          | not a chroot
          zk1:2181/../a                        | not a chroot
          zk:zk1:2181                          | scheme
          http://zk1:2181                      | HOST:PORT
          user@zk1:2181                        | HOST:PORT
          ''                                   | HOST:PORT
          """)
  void refusesZooKeeperAddress(String text, String message) {
    assertThatThrownBy(() -> ZooKeeperAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesChrootThatZooKeeperClientRejects() {
    assertThatThrownBy(() -> ZooKeeperAddress.parse("zk1:2181/a\u0001b"))
        .hasMessageContaining("not a chroot");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://b1:0                          | between 1 and 65535
          http://b1:65536                      | between 1 and 65535
          http://b1:99999999999                | not a URL
          http://b_1:8080                      | underscore
          http://:8080                         | not a URL
          b1:8080                              | not a URL
          b1                                   | not a URL
          ftp://b1:8080                        | not a URL
          http://b 1:8080                      | not a URL
          http://user:pw@b1:8080               | tokenFile
          http://b1:8080/metrics?key=pw        | tokenFile
          ''                                   | not a URL
          """)
  void refusesWebAddress(String text, String message) {
    assertThatThrownBy(() -> WebUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("pw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://b1:8080", "HTTPS://b1", "http://[::1]:8080", "http://10.0.0.1:1/"})
  void acceptsWebAddress(String text) {
    assertThat(WebUrl.parse(text)).hasToString(text);
  }

  @Test
  void refusesListenFlagForOtherMachinesWithoutToken() {
    Configuration configuration = Configuration.defaults();

    assertThatThrownBy(() -> configuration.listeningAt(HostPort.parse("0.0.0.0:8300")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("--listen")
        .hasMessageContaining("control.tokenFile");
    assertThat(configuration.listeningAt(HostPort.parse("[::1]:8301")).control().loopback())
        .isTrue();
  }
}
