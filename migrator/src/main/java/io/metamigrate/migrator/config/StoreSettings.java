package io.metamigrate.migrator.config;

import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of the stores, as their connections take it; reads secrets. */
final class StoreSettings {
  private static final Logger LOG = LoggerFactory.getLogger(StoreSettings.class);
  private static final String FIPS_MODE = "zookeeper.fips-mode";
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
      allowDigestMd5(client, sasl);
    }
    if (source.tls().enabled()) {
      client.put("zookeeper.client.secure", "true");
      client.put("zookeeper.clientCnxnSocket", "org.apache.zookeeper.ClientCnxnSocketNetty");
      source.tls().trust().ifPresent(file -> store(client, "trustStore", file));
      source.tls().certificate().ifPresent(file -> store(client, "keyStore", file));
    }
    Optional<String> digest =
        sasl.login()
            .passwordFile()
            .map(file -> sasl.login().user().orElseThrow() + ":" + file.read());
    return new ZooKeeperSettings(address.connectString(), digest, client, source.connectTimeout());
  }

  /**
   * ZooKeeper's client is in FIPS mode by default, and then cannot log in by DIGEST-MD5
   * (SecurityUtils.createSaslClient, 3.9.5). Host names on TLS stay checked without it.
   */
  private static void allowDigestMd5(Map<String, String> client, SaslConfig sasl) {
    JaasSection section = JaasSection.read(sasl.jaasFile().orElseThrow(), sasl.jaasContext());
    if (section.isDigestMd5() && System.getProperty(FIPS_MODE) == null) {
      client.put(FIPS_MODE, "false");
      LOG.atInfo()
          .addKeyValue("jaasContext", sasl.jaasContext())
          .log(
              "FIPS mode of the ZooKeeper client is off, since it does not allow a login by"
                  + " DIGEST-MD5");
    }
  }

  private static void store(Map<String, String> client, String kind, Path file) {
    client.put("zookeeper.ssl." + kind + ".location", file.toString());
    client.put("zookeeper.ssl." + kind + ".type", "PEM");
  }

  static EtcdSettings etcd(EtcdEndpoints endpoints, TargetConfig target) {
    return new EtcdSettings(
        endpoints.uris().stream().map(URI::toString).toList(),
        target.login().user(),
        target.login().passwordFile().map(SecretFile::read),
        target.tls().trust(),
        target.tls().certificate(),
        target.tls().key(),
        target.connectTimeout());
  }
}
