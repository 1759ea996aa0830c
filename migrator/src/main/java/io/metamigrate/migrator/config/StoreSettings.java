package io.metamigrate.migrator.config;

import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the configuration says about the stores, as their connections take it; reads secrets. */
final class StoreSettings {
  private static final String JAAS = "java.security.auth.login.config";

  private StoreSettings() {}

  static ZooKeeperSettings zookeeper(ZooKeeperAddress address, SourceConfig source) {
    SaslConfig sasl = source.sasl();
    Map<String, String> client = new HashMap<>();
    client.put("zookeeper.sasl.client", String.valueOf(sasl.jaasFile().isPresent()));
    if (sasl.jaasFile().isPresent()) {
      // The one setting that ZooKeeper's client takes from nowhere but the system properties.
      System.setProperty(JAAS, sasl.jaasFile().get().toString());
      client.put("zookeeper.sasl.clientconfig", sasl.jaasContext());
    }
    if (source.tls().enabled()) {
      client.put("zookeeper.client.secure", "true");
      client.put("zookeeper.clientCnxnSocket", "org.apache.zookeeper.ClientCnxnSocketNetty");
      source.tls().trust().ifPresent(file -> store(client, "trustStore", file));
      source.tls().certificate().ifPresent(file -> store(client, "keyStore", file));
    }
    Optional<String> digest =
        sasl.passwordFile().map(file -> sasl.user().orElseThrow() + ":" + file.read());
    return new ZooKeeperSettings(address.connectString(), digest, client, source.connectTimeout());
  }

  private static void store(Map<String, String> client, String kind, Path file) {
    client.put("zookeeper.ssl." + kind + ".location", file.toString());
    client.put("zookeeper.ssl." + kind + ".type", "PEM");
  }

  static EtcdSettings etcd(EtcdEndpoints endpoints, TargetConfig target) {
    return new EtcdSettings(
        endpoints.uris().stream().map(URI::toString).toList(),
        target.user(),
        target.passwordFile().map(SecretFile::read),
        target.tls().trust(),
        target.tls().certificate(),
        target.tls().key(),
        target.connectTimeout());
  }
}
