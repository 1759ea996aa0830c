package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EtcdEndpointsTest {
  @Test
  void readsAListOfEndpoints() {
    EtcdEndpoints endpoints = EtcdEndpoints.parse("http://e1:2379, http://10.0.0.2:2379/");

    assertThat(endpoints).hasToString("http://e1:2379,http://10.0.0.2:2379");
    assertThat(endpoints.encrypted()).isFalse();
  }

  @Test
  void knowsThatHttpsIsEncrypted() {
    assertThat(EtcdEndpoints.parse("HTTPS://e1:2379").encrypted()).isTrue();
  }

  @Test
  void refusesToMixHttpAndHttps() {
    assertThatThrownBy(() -> EtcdEndpoints.parse("http://e1:2379,https://e2:2379"))
        .hasMessage("etcd endpoints mix http and https; give all of them the same scheme");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e1:2379",
        "e1",
        "http://e1",
        "http://:2379",
        "http://e1:99999",
        "http://e1:2379/path",
        "ftp://e1:2379",
        "etcd:http://e1:2379",
        "http://e 1:2379"
      })
  void refusesMalformedEndpointWithTheExpectedForm(String text) {
    assertThatThrownBy(() -> EtcdEndpoints.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is not an etcd endpoint: ")
        .hasMessageEndingWith("expected http://HOST:PORT[,http://HOST:PORT] (or https)")
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesQueryWithoutRepeatingIt() {
    assertThatThrownBy(() -> EtcdEndpoints.parse("http://e1:2379?token=hunter2"))
        .hasMessageContaining("it has more than a host and a port")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void refusesCredentialsWithoutRepeatingThem() {
    assertThatThrownBy(() -> EtcdEndpoints.parse("http://root:hunter2@e1:2379"))
        .hasMessageContaining("passwordFile")
        .hasMessageNotContaining("hunter2");
  }
}
