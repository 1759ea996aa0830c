package io.metamigrate.migrator.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The etcd that the metadata go to.
 *
 * @param etcd how the daemon reaches it
 * @param componentUrl what brokers and bookies are given; the plan checks that it is the same etcd
 * @param componentTlsFile where, on the components' machines, the YAML file with their TLS settings
 *     for etcd is; without it they are given an address without TLS
 * @param login for etcd's own authentication
 * @param tls for {@code etcd}
 * @param connectTimeout after which an etcd that does not answer is given up
 * @param lockTtl how long the daemon's lock outlives a daemon that died
 */
public record TargetConfig(
    Optional<EtcdEndpoints> etcd,
    Optional<EtcdEndpoints> componentUrl,
    Optional<String> componentTlsFile,
    Login login,
    TlsConfig tls,
    Duration connectTimeout,
    Duration lockTtl) {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration LOCK = Duration.ofSeconds(15);

  public TargetConfig {
    new Checks()
        .login(login)
        .require(
            etcd.isEmpty() || etcd.get().encrypted() || !tls.enabled(),
            "tls",
            () -> "TLS is configured, but target.etcd uses http; change one of the two")
        .positive("connectTimeout", connectTimeout)
        .within("lockTtl", lockTtl.toSeconds(), 5, 300)
        .orThrow();
  }

  static TargetConfig defaults() {
    return new TargetConfig(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Login.none(),
        TlsConfig.none(),
        CONNECT,
        LOCK);
  }

  static TargetConfig read(Section section) {
    Optional<EtcdEndpoints> etcd = endpoints(section, "etcd");
    Optional<EtcdEndpoints> component = endpoints(section, "componentUrl");
    Optional<String> componentTls = section.text("componentTlsFile");
    Login login = Login.read(section);
    TlsConfig tls = TlsConfig.read(section.section("tls"));
    Duration connect = section.duration("connectTimeout", CONNECT);
    Duration lock = section.duration("lockTtl", LOCK);
    boolean off = section.section("tls").has("enabled") && !tls.enabled();
    return section.build(
        () -> {
          new Checks()
              .require(
                  !off || etcd.filter(EtcdEndpoints::encrypted).isEmpty(),
                  "tls.enabled",
                  () -> "TLS is off, but target.etcd uses https; change one of the two")
              .orThrow();
          return new TargetConfig(etcd, component, componentTls, login, tls, connect, lock);
        },
        defaults());
  }

  private static Optional<EtcdEndpoints> endpoints(Section section, String key) {
    return Optional.of(String.join(",", section.strings(key, List.of())))
        .filter(urls -> !urls.isEmpty())
        .flatMap(urls -> section.parsed(key, urls, EtcdEndpoints::parse));
  }

  TargetConfig withEtcd(EtcdEndpoints endpoints) {
    return new TargetConfig(
        Optional.of(endpoints),
        componentUrl,
        componentTlsFile,
        login,
        tls,
        connectTimeout,
        lockTtl);
  }
}
