package io.metamigrate.secure;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import io.etcd.jetcd.options.GetOption;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** An etcd with TLS, with users, or with both. */
final class SecuredEtcd implements AutoCloseable {
  private static final ByteSequence FIRST = ByteSequence.from(new byte[] {0});

  private final EtcdServer server;
  private final String endpoint;

  private SecuredEtcd(EtcdServer server, String endpoint) {
    this.server = server;
    this.endpoint = endpoint;
  }

  /** Starts one that speaks TLS with this certificate, and returns at once. */
  static SecuredEtcd encrypted(Path home, Certificates.CertifiedKey own, String... flags) {
    String endpoint = "https://127.0.0.1:" + FreePorts.next();
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("--listen-client-urls=" + endpoint);
    all.add("--advertise-client-urls=" + endpoint);
    all.add("--cert-file=" + own.certificate());
    all.add("--key-file=" + own.key());
    return started(home, endpoint, all);
  }

  /** Starts one without TLS, and returns at once. */
  static SecuredEtcd plain(Path home) {
    String endpoint = "http://127.0.0.1:" + FreePorts.next();
    return started(
        home,
        endpoint,
        List.of("--listen-client-urls=" + endpoint, "--advertise-client-urls=" + endpoint));
  }

  private static SecuredEtcd started(Path home, String endpoint, List<String> flags) {
    EtcdServer server = EtcdServer.cluster(home, 1, flags.toArray(String[]::new)).get(0);
    server.startOnly();
    return new SecuredEtcd(server, endpoint);
  }

  String endpoint() {
    return endpoint;
  }

  /** Reads its certificate again. */
  void restart() {
    server.process().stop();
    server.startOnly();
  }

  void awaitServing(EtcdSettings settings) {
    Awaitility.await(endpoint)
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              EtcdConnection.open(settings).close();
              return true;
            });
  }

  /** What one role grants, on the keys from {@code first} up to {@code end}. */
  record Grant(String first, String end, Permission.Type type) {
    static Grant readWrite(String prefix) {
      return new Grant(
          prefix, prefix.substring(0, prefix.length() - 1) + "0", Permission.Type.READWRITE);
    }

    static Grant readAll() {
      return new Grant("\0", "\0", Permission.Type.READ);
    }
  }

  /** A user whose password is {@code secret-NAME}, with a role of its own. */
  record User(String name, List<Grant> grants, boolean hasRole) {
    User(String name, List<Grant> grants) {
      this(name, grants, true);
    }

    static User withoutRole(String name) {
      return new User(name, List.of(), false);
    }

    String password() {
      return "secret-" + name;
    }
  }

  /** Makes the users and switches authentication on; {@code root} may do everything. */
  void authenticate(EtcdSettings settings, List<User> users) throws Exception {
    try (EtcdConnection connection = EtcdConnection.open(settings)) {
      Client client = connection.client();
      Auth auth = client.getAuthClient();
      done(auth.userAdd(bytes("root"), bytes("secret-root")));
      done(auth.roleAdd(bytes("root")));
      done(auth.userGrantRole(bytes("root"), bytes("root")));
      for (User user : users) {
        ByteSequence name = bytes(user.name());
        done(auth.userAdd(name, bytes(user.password())));
        if (user.hasRole()) {
          done(auth.roleAdd(name));
          done(auth.userGrantRole(name, name));
        }
        for (Grant grant : user.grants()) {
          ByteSequence first = grant.first().equals("\0") ? FIRST : bytes(grant.first());
          ByteSequence end = grant.end().equals("\0") ? FIRST : bytes(grant.end());
          done(auth.roleGrantPermission(name, first, end, grant.type()));
        }
      }
      done(auth.authEnable());
    }
  }

  void changePassword(String user, String password) throws Exception {
    asRoot(auth -> auth.userChangePassword(bytes(user), bytes(password)));
  }

  /** Revokes this permission of the role of a user. */
  void revoke(String user, Grant grant) throws Exception {
    asRoot(
        auth -> auth.roleRevokePermission(bytes(user), bytes(grant.first()), bytes(grant.end())));
  }

  /** Grants this permission to the role of a user. */
  void grant(String user, Grant grant) throws Exception {
    asRoot(
        auth ->
            auth.roleGrantPermission(
                bytes(user), bytes(grant.first()), bytes(grant.end()), grant.type()));
  }

  private void asRoot(Function<Auth, CompletableFuture<?>> change) throws Exception {
    EtcdSettings root =
        new EtcdSettings(
            List.of(endpoint),
            Optional.of("root"),
            Optional.of("secret-root"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(30));
    try (EtcdConnection connection = EtcdConnection.open(root)) {
      done(change.apply(connection.client().getAuthClient()));
    }
  }

  /** Every key and value that the tool keeps here for itself. */
  static String records(EtcdSettings settings) throws Exception {
    try (EtcdConnection connection = EtcdConnection.open(settings)) {
      GetOption prefix = GetOption.builder().isPrefix(true).build();
      return connection
          .client()
          .getKVClient()
          .get(bytes("metamigrate/"), prefix)
          .get(1, TimeUnit.MINUTES)
          .getKvs()
          .stream()
          .map(pair -> text(pair.getKey()) + "=" + text(pair.getValue()))
          .collect(Collectors.joining("\n"));
    }
  }

  private static String text(ByteSequence bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static ByteSequence bytes(String text) {
    return EtcdConnection.bytes(text);
  }

  private static void done(CompletableFuture<?> answer) throws Exception {
    answer.get(1, TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    server.close();
  }
}
