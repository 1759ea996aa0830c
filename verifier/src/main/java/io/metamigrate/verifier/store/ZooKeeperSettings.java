package io.metamigrate.verifier.store;

import io.metamigrate.verifier.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How to reach ZooKeeper.
 *
 * @param connect {@code host:port[,host:port][/chroot]}
 * @param digest {@code user:password} for the digest scheme
 * @param client further ZooKeeper client properties (TLS, SASL), by their own names
 * @param timeout how long a lost connection is waited for before the store counts as failed
 * @param guard looks at each session before it is used
 */
public record ZooKeeperSettings(
    String connect,
    Optional<String> digest,
    Map<String, String> client,
    Duration timeout,
    SessionGuard guard) {
  /** The setting of ZooKeeper's client that names the JAAS section. */
  private static final String LOGIN_CONTEXT = "zookeeper.sasl.clientconfig";

  public ZooKeeperSettings {
    client = Map.copyOf(client);
  }

  /** The same without a guard. */
  public ZooKeeperSettings(
      String connect, Optional<String> digest, Map<String, String> client, Duration timeout) {
    this(connect, digest, client, timeout, SessionGuard.NONE);
  }

  public static ZooKeeperSettings of(String connect) {
    return new ZooKeeperSettings(connect, Optional.empty(), Map.of(), Duration.ofSeconds(10));
  }

  public ZooKeeperSettings withTimeout(Duration longer) {
    return new ZooKeeperSettings(connect, digest, client, longer, guard);
  }

  /** The same; every connection that is opened with it asks this guard. */
  public ZooKeeperSettings guardedBy(SessionGuard other) {
    return new ZooKeeperSettings(connect, digest, client, timeout, other);
  }

  /** The same for one server of the connect string, without a guard. */
  ZooKeeperSettings at(String server) {
    int chroot = connect.indexOf('/');
    return new ZooKeeperSettings(
        server + (chroot < 0 ? "" : connect.substring(chroot)), digest, client, timeout);
  }

  /** The TLS files; empty for plain connections. */
  Optional<TlsFiles> tls() {
    if (!Boolean.parseBoolean(client.get("zookeeper.client.secure"))) {
      return Optional.empty();
    }
    Optional<Path> own = file("zookeeper.ssl.keyStore.location");
    return Optional.of(
        new TlsFiles("source.tls", file("zookeeper.ssl.trustStore.location"), own, own));
  }

  private Optional<Path> file(String name) {
    return Optional.ofNullable(client.get(name)).map(Path::of);
  }

  /** Whether the client logs in by SASL, so that a session is of use only once that is done. */
  boolean logsIn() {
    return Boolean.parseBoolean(client.get("zookeeper.sasl.client"));
  }

  /** The JAAS section of a login by SASL. */
  String loginContext() {
    return client.getOrDefault(LOGIN_CONTEXT, "Client");
  }

  /** Who the session belongs to, as a message names it; without the secret. */
  String sessionOwner() {
    if (digest.isPresent()) {
      return "user '" + digest.get().replaceFirst(":.*", "") + "' of the digest scheme";
    }
    return logsIn()
        ? "the user of JAAS section '" + loginContext() + "'"
        : "a session without credentials";
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return connect;
  }
}
