package io.metamigrate.verifier.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach etcd.
 *
 * @param endpoints client URLs, all with the same scheme
 * @param timeout how long a request is waited for before the store counts as failed
 */
public record EtcdSettings(
    List<String> endpoints,
    Optional<String> user,
    Optional<String> password,
    Optional<Path> trust,
    Optional<Path> certificate,
    Optional<Path> key,
    Duration timeout) {
  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
  }

  public static EtcdSettings of(String... endpoints) {
    return new EtcdSettings(
        List.of(endpoints),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10));
  }

  /** The same for one endpoint alone. */
  public EtcdSettings at(String endpoint) {
    return at(List.of(endpoint));
  }

  /** The same for other endpoints. */
  public EtcdSettings at(List<String> others) {
    return new EtcdSettings(others, user, password, trust, certificate, key, timeout);
  }

  public EtcdSettings withTimeout(Duration longer) {
    return new EtcdSettings(endpoints, user, password, trust, certificate, key, longer);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return String.join(",", endpoints);
  }
}
