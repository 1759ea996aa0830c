package io.metamigrate.secure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.secure.Certificates.CertifiedKey;
import io.metamigrate.secure.SecuredEtcd.Grant;
import io.metamigrate.secure.SecuredEtcd.User;
import io.metamigrate.verifier.store.EtcdSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;

/**
 * Stores with every kind of encryption and authentication, each with a small tree of Pulsar that
 * only the right client may read, and the files that an operator has: certificates, JAAS files and
 * passwords.
 */
final class SecuredLab implements AutoCloseable {
  static final String REALM = "EXAMPLE.COM";

  /** A realm whose KDC accepts connections and answers nothing; as long as the other name. */
  private static final String SILENT_REALM = "SILENCE.COM";

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String DIGEST_MODULE =
      "org.apache.zookeeper.server.auth.DigestLoginModule required";

  final Path folder;
  final Certificates ours;
  final Certificates others;
  final CertifiedKey client;
  final SecuredZooKeeper zookeeper;
  final SecuredZooKeeper mutualZooKeeper;
  final SecuredZooKeeper kerberos;
  final SecuredEtcd plain;
  final SecuredEtcd password;
  final SecuredEtcd tls;
  final SecuredEtcd mutual;
  final SecuredEtcd both;
  final SecuredEtcd expired;
  final ServerSocket silent;
  private final SimpleKdcServer kdc;

  SecuredLab(Path folder) throws Exception {
    this.folder = folder;
    ours = new Certificates(folder.resolve("ours"), "our-ca");
    others = new Certificates(folder.resolve("others"), "another-ca");
    CertifiedKey server = ours.issue("server");
    client = ours.issue("client");
    both(client);
    silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    kdc = kdc();
    zookeeper =
        new SecuredZooKeeper(
            folder.resolve("zookeeper"),
            ours,
            server,
            DIGEST_MODULE + " user_migrate=\"secret-login\";",
            "none");
    mutualZooKeeper =
        new SecuredZooKeeper(
            folder.resolve("zookeeper-mutual"),
            ours,
            server,
            DIGEST_MODULE + " user_migrate=\"secret-login\";",
            "need");
    kerberos =
        new SecuredZooKeeper(
            folder.resolve("zookeeper-kerberos"),
            ours,
            server,
            krb5("zookeeper/localhost", keytab("zookeeper/localhost")),
            "none",
            "-Djava.security.krb5.conf=" + krb5Conf());
    plain = SecuredEtcd.plain(folder.resolve("etcd-plain"));
    password = SecuredEtcd.plain(folder.resolve("etcd-password"));
    tls = SecuredEtcd.encrypted(folder.resolve("etcd-tls"), server);
    mutual =
        SecuredEtcd.encrypted(
            folder.resolve("etcd-mutual"),
            server,
            "--client-cert-auth",
            "--trusted-ca-file=" + ours.trust());
    both = SecuredEtcd.encrypted(folder.resolve("etcd-both"), server);
    Instant past = Instant.now().minus(Duration.ofDays(2));
    expired =
        SecuredEtcd.encrypted(
            folder.resolve("etcd-expired"), ours.issue("old-server", "127.0.0.1", past));
    fillZooKeepers();
    settleEtcds();
  }

  private void fillZooKeepers() throws Exception {
    List.of(zookeeper, mutualZooKeeper, kerberos).forEach(SecuredZooKeeper::awaitServing);
    tree(zookeeper, "/open", Ids.OPEN_ACL_UNSAFE);
    tree(zookeeper, "/login", List.of(new ACL(Perms.ALL, new Id("sasl", "migrate"))));
    String digest = DigestAuthenticationProvider.generateDigest("migrate:secret-digest");
    tree(zookeeper, "/digest", List.of(new ACL(Perms.ALL, new Id("digest", digest))));
    String colon = DigestAuthenticationProvider.generateDigest("migrate:secret:digest::");
    tree(zookeeper, "/colon", List.of(new ACL(Perms.ALL, new Id("digest", colon))));
    tree(zookeeper, "/hidden", Ids.OPEN_ACL_UNSAFE);
    hide(zookeeper, "/hidden/admin/policies");
    tree(zookeeper, "/readonly", List.of(new ACL(Perms.READ, new Id("digest", digest))));
    tree(mutualZooKeeper, "/open", Ids.OPEN_ACL_UNSAFE);
    tree(kerberos, "/kerberos", List.of(new ACL(Perms.ALL, new Id("sasl", "migrate@" + REALM))));
  }

  private static void tree(SecuredZooKeeper server, String chroot, List<ACL> acl) throws Exception {
    ZooKeeper session = new ZooKeeper(server.plain(), 30_000, event -> {});
    try {
      session.create(
          chroot, new byte[0], Ids.OPEN_ACL_UNSAFE, org.apache.zookeeper.CreateMode.PERSISTENT);
      PulsarTree.fill(server.plain() + chroot, PulsarTree.SMALLEST, 1).close();
      restrict(session, chroot, acl);
    } finally {
      session.close();
    }
  }

  /** Nobody may read below this path. */
  private static void hide(SecuredZooKeeper server, String path) throws Exception {
    ZooKeeper session = new ZooKeeper(server.plain(), 30_000, event -> {});
    try {
      restrict(session, path, List.of(new ACL(Perms.ALL, new Id("digest", "nobody:x"))));
    } finally {
      session.close();
    }
  }

  /** Children first: the last right that goes is the one to list them. */
  private static void restrict(ZooKeeper session, String path, List<ACL> acl) throws Exception {
    for (String child : session.getChildren(path, false)) {
      restrict(session, path + "/" + child, acl);
    }
    session.setACL(path, new java.util.ArrayList<>(acl), -1);
  }

  private void settleEtcds() throws Exception {
    plain.awaitServing(settings(plain, false, false));
    password.awaitServing(settings(password, false, false));
    tls.awaitServing(settings(tls, true, false));
    mutual.awaitServing(settings(mutual, true, true));
    both.awaitServing(settings(both, true, false));
    List<User> users =
        List.of(
            new User(
                "migrate",
                List.of(Grant.readWrite("/"), Grant.readWrite("metamigrate/"), Grant.readAll())),
            new User("nobody", List.of()),
            User.withoutRole("roleless"),
            new User("reader", List.of(Grant.readAll())),
            new User("half", List.of(Grant.readWrite("metamigrate/"), Grant.readAll())),
            new User("stateless", List.of(Grant.readWrite("/"), Grant.readAll())),
            new User("blind", List.of(Grant.readWrite("/"), Grant.readWrite("metamigrate/"))));
    password.authenticate(settings(password, false, false), users);
    both.authenticate(settings(both, true, false), users);
  }

  EtcdSettings settings(SecuredEtcd server, boolean encrypted, boolean certificate) {
    return new EtcdSettings(
        List.of(server.endpoint()),
        Optional.empty(),
        Optional.empty(),
        encrypted ? Optional.of(ours.trust()) : Optional.empty(),
        certificate ? Optional.of(client.certificate()) : Optional.empty(),
        certificate ? Optional.of(client.key()) : Optional.empty(),
        TIMEOUT);
  }

  /** Certificate and key in one file, as ZooKeeper's client takes them. */
  static Path both(CertifiedKey pair) throws IOException {
    return Files.writeString(
        Path.of(pair.certificate() + ".both"),
        Files.readString(pair.certificate()) + Files.readString(pair.key()));
  }

  /** A file with this one secret, which only its owner may read. */
  Path secret(String text) throws IOException {
    Path file = folder.resolve("secret-" + Integer.toHexString(text.hashCode()));
    Files.writeString(file, text + "\n", UTF_8);
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** A JAAS file with one section named Client. */
  Path jaas(String name, String login) throws IOException {
    return Files.writeString(folder.resolve(name + ".jaas"), "Client { " + login + " };\n");
  }

  Path digestMd5(String password) throws IOException {
    return jaas(
        "digest-" + Integer.toHexString(password.hashCode()),
        DIGEST_MODULE + " username=\"migrate\" password=\"" + password + "\";");
  }

  static String krb5(String principal, Path keytab) {
    return "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true"
        + " refreshKrb5Config=true storeKey=true useTicketCache=false keyTab=\""
        + keytab
        + "\" principal=\""
        + principal
        + "@"
        + REALM
        + "\";";
  }

  private SimpleKdcServer kdc() throws Exception {
    Path home = Files.createDirectories(folder.resolve("kdc"));
    SimpleKdcServer server = new SimpleKdcServer();
    server.setWorkDir(home.toFile());
    server.setKdcRealm(REALM);
    server.setKdcHost("localhost");
    server.setAllowUdp(false);
    server.setKdcTcpPort(FreePorts.next());
    server.init();
    server.start();
    String realms = "[realms]\n    %s = {\n        kdc = localhost:%d\n    }\n";
    Files.writeString(
        krb5Conf(),
        Files.readString(krb5Conf())
            .replace("[realms]", realms.formatted(SILENT_REALM, silent.getLocalPort())));
    System.setProperty("java.security.krb5.conf", krb5Conf().toString());
    return server;
  }

  /** A JAAS file whose principal is of a realm without a KDC that answers. */
  Path silentKdc() throws Exception {
    String keys = Files.readString(keytab("migrate"), ISO_8859_1);
    Path file = folder.resolve("silent.keytab");
    Files.writeString(file, keys.replace(REALM, SILENT_REALM), ISO_8859_1);
    return jaas("silent", krb5("migrate", file).replace(REALM, SILENT_REALM));
  }

  Path krb5Conf() {
    return folder.resolve("kdc").resolve("krb5.conf");
  }

  /** Makes the principal if need be, and a file with its key. */
  Path keytab(String principal) throws Exception {
    Path file = folder.resolve(principal.replace('/', '-') + ".keytab");
    if (!Files.exists(file)) {
      kdc.createPrincipals(principal);
      kdc.exportPrincipal(principal, file.toFile());
    }
    return file;
  }

  @Override
  public void close() throws IOException {
    silent.close();
    try {
      kdc.stop();
    } catch (KrbException e) {
      throw new IOException(e);
    }
    List.of(plain, password, tls, mutual, both, expired).forEach(SecuredEtcd::close);
    List.of(zookeeper, mutualZooKeeper, kerberos).forEach(SecuredZooKeeper::close);
    System.clearProperty("java.security.krb5.conf");
    System.clearProperty("java.security.auth.login.config");
    javax.security.auth.login.Configuration.setConfiguration(null);
  }
}
