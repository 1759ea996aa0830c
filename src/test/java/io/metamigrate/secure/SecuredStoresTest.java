package io.metamigrate.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.secure.Certificates.CertifiedKey;
import io.metamigrate.secure.Certificates.Forms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of secured ZooKeeper with every kind of secured etcd, and each fault of a connection:
 * the exit code of {@code migrate config check} and its message of one line.
 */
final class SecuredStoresTest {
  /** For a fault, however long {@code connectTimeout} is. */
  private static final Duration BOUND = Duration.ofSeconds(6);

  /** For a configuration that works; ZooKeeper's client takes seconds to close with TLS. */
  private static final Duration CALM = Duration.ofMinutes(1);

  private static final int TRIES = 5;
  private static final Duration REFUSED = Duration.ofSeconds(1);

  /** Without a file for brokers and bookies they use no TLS; a certificate may name a user. */
  private static final Set<String> ONLY_WITH_TLS =
      Set.of("blocker ETCD_TLS_UNSUPPORTED", "info ETCD_PASSWORD_UNSUPPORTED");

  private static final String[] ACCEPTED = {
    "ETCD_PASSWORD_UNSUPPORTED", "LISTING_TOO_LARGE", "ETCD_TLS_UNSUPPORTED"
  };

  private static final Set<String> SOME = Set.of("plain", "both");

  @TempDir private static Path folder;

  private static SecuredLab lab;
  private static Duration longest = Duration.ZERO;

  @BeforeAll
  static void start() throws Throwable {
    lab = new SecuredLab(folder);
    row("warm-up", of(sources(), "plain"), of(targets(), "plain"), 0, "works")
        .getExecutable()
        .execute();
  }

  @AfterAll
  static void stop() throws IOException {
    System.out.printf("SECURED longest answer %d ms%n", longest.toMillis());
    lab.close();
  }

  /** The configuration of one store. */
  private record StoreBlock(String yaml) {}

  private static StoreBlock source(String zookeeper, String more) {
    return new StoreBlock("source: {zookeeper: \"%s\"%s}%n".formatted(zookeeper, more));
  }

  private static StoreBlock target(String etcd, String more) {
    return new StoreBlock("target: {etcd: \"%s\"%s}%n".formatted(etcd, more));
  }

  private static String jaas(Path file) {
    return ", sasl: {jaasFile: \"" + file + "\"}";
  }

  private static String login(String user, Path password) {
    return ", sasl: {user: " + user + ", passwordFile: \"" + password + "\"}";
  }

  private static String user(String name, String password) throws Exception {
    return ", user: " + name + ", passwordFile: \"" + lab.secret(password) + "\"";
  }

  private static String tls(Path trust) {
    return ", tls: {trust: \"" + trust + "\"}";
  }

  private static String tls(Path trust, Path certificate, Path key) {
    return ", tls: {trust: \"%s\", certificate: \"%s\", key: \"%s\"}"
        .formatted(trust, certificate, key);
  }

  private static Map<String, StoreBlock> sources() throws Exception {
    Map<String, StoreBlock> sources = new TreeMap<>();
    String plain = lab.zookeeper.plain();
    Path pem = SecuredLab.both(lab.client);
    sources.put("plain", source(plain + "/open", ""));
    sources.put("digest", source(plain + "/digest", login("migrate", lab.secret("secret-digest"))));
    sources.put(
        "read only", source(plain + "/readonly", login("migrate", lab.secret("secret-digest"))));
    sources.put("DIGEST-MD5", source(plain + "/login", jaas(lab.digestMd5("secret-login"))));
    sources.put("Kerberos", source(kerberos(), jaas(keytab("migrate"))));
    sources.put("TLS", source(lab.zookeeper.secure() + "/open", tls(lab.ours.trust())));
    sources.put(
        "client certificate",
        source(lab.mutualZooKeeper.secure() + "/open", tls(lab.ours.trust(), pem, pem)));
    return sources;
  }

  private static StoreBlock of(Map<String, StoreBlock> blocks, String kind) {
    return Objects.requireNonNull(blocks.get(kind));
  }

  private static String kerberos() {
    return lab.kerberos.plain().replace("127.0.0.1", "localhost") + "/kerberos";
  }

  private static Path keytab(String principal) throws Exception {
    return lab.jaas("krb5-" + principal, SecuredLab.krb5(principal, lab.keytab(principal)));
  }

  private static Map<String, StoreBlock> targets() throws Exception {
    Map<String, StoreBlock> targets = new TreeMap<>();
    Path trust = lab.ours.trust();
    targets.put("plain", target(lab.plain.endpoint(), ""));
    targets.put("password", target(lab.password.endpoint(), user("migrate", "secret-migrate")));
    targets.put("TLS", target(lab.tls.endpoint(), tls(trust)));
    targets.put(
        "client certificate",
        target(lab.mutual.endpoint(), tls(trust, lab.client.certificate(), lab.client.key())));
    targets.put(
        "both", target(lab.both.endpoint(), tls(trust) + user("migrate", "secret-migrate")));
    return targets;
  }

  @TestFactory
  List<DynamicTest> everyCombinationOfSecurityWorks() throws Exception {
    List<DynamicTest> rows = new ArrayList<>();
    Map<String, StoreBlock> targets = targets();
    sources()
        .forEach(
            (zookeeper, source) ->
                targets.forEach(
                    (etcd, target) -> {
                      if (!isSlow(zookeeper) || SOME.contains(etcd)) {
                        rows.add(
                            row(
                                zookeeper + " to " + etcd,
                                source,
                                target,
                                0,
                                "configuration works"));
                      }
                    }));
    return rows;
  }

  /** ZooKeeper's client takes seconds to close a session with TLS. */
  private static boolean isSlow(String zookeeper) {
    return zookeeper.equals("TLS") || zookeeper.equals("client certificate");
  }

  @TestFactory
  List<DynamicTest> explainsEachZooKeeperFaultInOneLine() throws Exception {
    List<DynamicTest> rows = new ArrayList<>();
    StoreBlock etcd = of(targets(), "plain");
    String plain = lab.zookeeper.plain();
    String secure = lab.zookeeper.secure() + "/open";
    String mutual = lab.mutualZooKeeper.secure() + "/open";
    Path trust = lab.ours.trust();
    CertifiedKey outsider = lab.others.issue("outsider");
    Instant past = Instant.now().minus(Duration.ofDays(1));
    Path old = SecuredLab.both(lab.ours.issue("old-client", "127.0.0.1", past));
    Path outsiders = SecuredLab.both(outsider);
    Path mixed = SecuredLab.both(new CertifiedKey(lab.client.certificate(), outsider.key()));
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "no certificate\n");
    Path unknown = Files.copy(lab.keytab("migrate"), folder.resolve("unknown.keytab"));
    zookeeper(
        rows,
        "refused port",
        source("127.0.0.1:" + FreePorts.next(), ""),
        etcd,
        4,
        "nothing listens there");
    zookeeper(
        rows,
        "silent port",
        source("127.0.0.1:" + lab.silent.getLocalPort(), ""),
        etcd,
        4,
        "did not answer within",
        "accepts connections but sends no answer");
    zookeeper(
        rows, "no credentials", source(plain + "/digest", ""), etcd, 4, "NOAUTH", "source.sasl");
    zookeeper(
        rows,
        "wrong digest password",
        source(plain + "/digest", login("migrate", lab.secret("wrong"))),
        etcd,
        4,
        "NOAUTH",
        "user 'migrate'");
    zookeeper(
        rows,
        "wrong digest user",
        source(plain + "/digest", login("other", lab.secret("secret-digest"))),
        etcd,
        4,
        "NOAUTH",
        "user 'other'");
    zookeeper(
        rows,
        "digest where DIGEST-MD5 is wanted",
        source(plain + "/login", login("migrate", lab.secret("secret-login"))),
        etcd,
        4,
        "NOAUTH");
    zookeeper(
        rows,
        "wrong DIGEST-MD5 password",
        source(plain + "/login", jaas(lab.digestMd5("wrong"))),
        etcd,
        4,
        "refused the login of JAAS section 'Client'");
    zookeeper(
        rows,
        "no such JAAS section",
        source(
            plain + "/login",
            ", sasl: {jaasFile: \"" + lab.digestMd5("secret-login") + "\", jaasContext: Klient}"),
        etcd,
        2,
        "has no section of this name; it has: Client");
    zookeeper(
        rows,
        "no JAAS file",
        source(plain + "/login", jaas(folder.resolve("absent"))),
        etcd,
        2,
        "source.sasl.jaasFile",
        "absent");
    zookeeper(
        rows,
        "no password file",
        source(plain + "/digest", login("migrate", folder.resolve("absent"))),
        etcd,
        2,
        "source.sasl.passwordFile",
        "absent");
    zookeeper(
        rows,
        "principal that the KDC does not know",
        source(kerberos(), jaas(lab.jaas("unknown", SecuredLab.krb5("outsider", unknown)))),
        etcd,
        4,
        "JAAS section 'Client' failed: ",
        "also principal, keytab and KDC");
    zookeeper(
        rows,
        "no keytab",
        source(
            kerberos(),
            jaas(lab.jaas("keyless", SecuredLab.krb5("migrate", folder.resolve("absent.keytab"))))),
        etcd,
        2,
        "source.sasl.jaasFile",
        "absent.keytab");
    zookeeper(
        rows,
        "KDC that does not answer",
        source(kerberos(), jaas(lab.silentKdc())),
        etcd,
        4,
        "for Kerberos that the KDC of krb5.conf answers",
        "JAAS section 'Client'");
    zookeeper(
        rows,
        "principal without rights",
        source(kerberos(), jaas(keytab("other"))),
        etcd,
        4,
        "NOAUTH");
    zookeeper(
        rows,
        "server by another name than its principal's",
        source(
            "127.0.0.2" + lab.kerberos.plain().replace("127.0.0.1", ""), jaas(keytab("migrate"))),
        etcd,
        4,
        "127.0.0.2");
    zookeeper(
        rows,
        "wrong authority",
        source(secure, tls(lab.others.trust())),
        etcd,
        4,
        "issued by 'CN=our-ca', which is not in source.tls.trust=" + lab.others.trust());
    zookeeper(
        rows,
        "no authority",
        source(secure, ", tls: {enabled: true}"),
        etcd,
        4,
        "issued by 'CN=our-ca'",
        "source.tls.trust");
    zookeeper(
        rows,
        "wrong host name",
        source(secure.replace("127.0.0.1", "localhost"), tls(trust)),
        etcd,
        4,
        "not for 'localhost' but for [127.0.0.1]");
    zookeeper(
        rows,
        "TLS to a plain port",
        source(plain + "/open", tls(trust)),
        etcd,
        4,
        "does not speak TLS on this port");
    zookeeper(
        rows,
        "plain to a port with TLS",
        source(secure, ""),
        etcd,
        4,
        "the server speaks TLS; set source.tls.trust");
    zookeeper(
        rows,
        "no client certificate",
        source(mutual, tls(trust)),
        etcd,
        4,
        "requires a client certificate",
        "set source.tls.certificate");
    zookeeper(
        rows,
        "client certificate of another authority",
        source(mutual, tls(trust, outsiders, outsiders)),
        etcd,
        4,
        "refuses source.tls.certificate=" + outsiders);
    zookeeper(
        rows,
        "expired client certificate",
        source(mutual, tls(trust, old, old)),
        etcd,
        4,
        "source.tls.certificate=" + old + " expired at");
    zookeeper(
        rows,
        "key of another certificate",
        source(mutual, tls(trust, mixed, mixed)),
        etcd,
        4,
        "is not the key of");
    zookeeper(
        rows,
        "certificate without its key",
        source(mutual, tls(trust, lab.client.certificate(), lab.client.certificate())),
        etcd,
        4,
        "source.tls.key=" + lab.client.certificate());
    zookeeper(
        rows,
        "trust that is no certificate",
        source(secure, tls(nonsense)),
        etcd,
        4,
        "source.tls.trust=" + nonsense);
    zookeeper(
        rows,
        "no trust file",
        source(secure, tls(folder.resolve("absent.pem"))),
        etcd,
        2,
        "source.tls.trust",
        "absent.pem");
    return rows;
  }

  @TestFactory
  List<DynamicTest> explainsEachEtcdFaultInOneLine() throws Exception {
    List<DynamicTest> rows = new ArrayList<>();
    StoreBlock source = of(sources(), "plain");
    Path trust = lab.ours.trust();
    Path certificate = lab.client.certificate();
    CertifiedKey outsider = lab.others.issue("etcd-outsider");
    Instant past = Instant.now().minus(Duration.ofDays(1));
    CertifiedKey old = lab.ours.issue("etcd-old-client", "127.0.0.1", past);
    Path nonsense = Files.writeString(folder.resolve("etcd-nonsense.pem"), "no certificate\n");
    String tls = lab.tls.endpoint();
    String mutual = lab.mutual.endpoint();
    String password = lab.password.endpoint();
    etcd(
        rows,
        "refused port",
        source,
        target("http://127.0.0.1:" + FreePorts.next(), ""),
        5,
        "nothing listens there");
    etcd(
        rows,
        "silent port",
        source,
        target("http://127.0.0.1:" + lab.silent.getLocalPort(), ""),
        5,
        "accepts connections but sends no answer");
    etcd(
        rows,
        "silent port for a user",
        source,
        target("http://127.0.0.1:" + lab.silent.getLocalPort(), user("migrate", "secret-migrate")),
        5,
        "accepts connections but sends no answer");
    etcd(
        rows,
        "refused and silent port",
        source,
        target(
            "http://127.0.0.1:%d,http://127.0.0.1:%d"
                .formatted(FreePorts.next(), lab.silent.getLocalPort()),
            ""),
        5,
        "nothing listens there",
        "accepts connections but sends no answer");
    etcd(
        rows,
        "silent port with TLS",
        source,
        target("https://127.0.0.1:" + lab.silent.getLocalPort(), tls(trust)),
        5,
        "127.0.0.1:" + lab.silent.getLocalPort());
    etcd(
        rows,
        "wrong authority",
        source,
        target(tls, tls(lab.others.trust())),
        5,
        "issued by 'CN=our-ca', which is not in target.tls.trust=" + lab.others.trust());
    etcd(rows, "no authority", source, target(tls, ""), 5, "set target.tls.trust");
    etcd(
        rows,
        "no client certificate",
        source,
        target(mutual, tls(trust)),
        5,
        "requires a client certificate");
    etcd(
        rows,
        "client certificate of another authority",
        source,
        target(mutual, tls(trust, outsider.certificate(), outsider.key())),
        5,
        "refuses target.tls.certificate=" + outsider.certificate());
    etcd(
        rows,
        "expired client certificate",
        source,
        target(mutual, tls(trust, old.certificate(), old.key())),
        5,
        "target.tls.certificate=" + old.certificate() + " expired at");
    etcd(
        rows,
        "expired server certificate",
        source,
        target(lab.expired.endpoint(), tls(trust)),
        5,
        "expired; renew it on the server");
    etcd(
        rows,
        "wrong host name",
        source,
        target(tls.replace("127.0.0.1", "localhost"), tls(trust)),
        5,
        "not for 'localhost' but for [127.0.0.1]");
    etcd(
        rows,
        "https to http",
        source,
        target(lab.plain.endpoint().replace("http", "https"), tls(trust)),
        5,
        "write " + lab.plain.endpoint());
    etcd(
        rows,
        "http to https",
        source,
        target(tls.replace("https", "http"), ""),
        5,
        "the server speaks TLS; write " + tls);
    etcd(
        rows,
        "http to https with client certificates",
        source,
        target(mutual.replace("https", "http"), ""),
        5,
        "the server speaks TLS; write " + mutual);
    etcd(
        rows,
        "key of another certificate",
        source,
        target(mutual, tls(trust, certificate, outsider.key())),
        5,
        "is not the key of");
    etcd(
        rows,
        "certificate that is none",
        source,
        target(mutual, tls(trust, nonsense, lab.client.key())),
        5,
        "target.tls.certificate=" + nonsense);
    etcd(
        rows,
        "key that is none",
        source,
        target(mutual, tls(trust, certificate, nonsense)),
        5,
        "target.tls.key=" + nonsense);
    etcd(
        rows,
        "trust that is no certificate",
        source,
        target(tls, tls(nonsense)),
        5,
        "target.tls.trust=" + nonsense);
    etcd(
        rows,
        "no trust file",
        source,
        target(tls, tls(folder.resolve("absent.pem"))),
        2,
        "target.tls.trust",
        "absent.pem");
    etcd(
        rows,
        "no password file",
        source,
        target(password, ", user: migrate, passwordFile: \"" + folder.resolve("absent") + "\""),
        2,
        "target.passwordFile",
        "absent");
    etcd(
        rows,
        "wrong password",
        source,
        target(password, user("migrate", "wrong")),
        5,
        "refuses the password of user 'migrate'",
        "target.passwordFile");
    etcd(
        rows,
        "unknown user",
        source,
        target(password, user("outsider", "wrong")),
        5,
        "refuses the password of user 'outsider'",
        "target.passwordFile");
    etcd(rows, "no user", source, target(password, ""), 5, "set target.user");
    etcd(
        rows,
        "user where etcd authenticates nobody",
        source,
        target(lab.plain.endpoint(), user("migrate", "secret-migrate")),
        5,
        "authentication is not enabled",
        "target.user");
    etcd(
        rows,
        "user without a role",
        source,
        target(password, user("nobody", "secret-nobody")),
        5,
        "user 'nobody'",
        "read on all keys");
    etcd(
        rows,
        "user who may not read all keys",
        source,
        target(password, user("blind", "secret-blind")),
        5,
        "user 'blind'",
        "read on all keys");
    etcd(
        rows,
        "user who may only read",
        source,
        target(password, user("reader", "secret-reader")),
        3,
        "TARGET_RIGHTS_MISSING",
        "below /admin",
        "below metamigrate/",
        "user reader");
    etcd(
        rows,
        "user who may not write Pulsar's keys",
        source,
        target(password, user("half", "secret-half")),
        3,
        "TARGET_RIGHTS_MISSING",
        "below /ledgers");
    etcd(
        rows,
        "user who may not write the tool's keys",
        source,
        target(password, user("stateless", "secret-stateless")),
        3,
        "TARGET_RIGHTS_MISSING",
        "below metamigrate/");
    etcd(
        rows,
        "password and a wrong authority",
        source,
        target(lab.both.endpoint(), tls(lab.others.trust()) + user("migrate", "secret-migrate")),
        5,
        "issued by 'CN=our-ca'");
    etcd(
        rows,
        "TLS and a wrong password",
        source,
        target(lab.both.endpoint(), tls(trust) + user("migrate", "wrong")),
        5,
        "refuses the password of user 'migrate'");
    return rows;
  }

  /** Faults of rarer kinds, of both stores. */
  @Tag("campaign")
  @TestFactory
  List<DynamicTest> explainsEachRareFaultInOneLine() throws Exception {
    List<DynamicTest> rows = new ArrayList<>();
    StoreBlock plainSource = of(sources(), "plain");
    StoreBlock plain = of(targets(), "plain");
    // the other one may have a copy of another tree
    StoreBlock untouched = of(targets(), "TLS");
    String zookeeper = lab.zookeeper.plain();
    String mutualZooKeeper = lab.mutualZooKeeper.secure() + "/open";
    String mutual = lab.mutual.endpoint();
    Path trust = lab.ours.trust();
    Forms forms = lab.ours.forms("forms");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path syntax = Files.writeString(folder.resolve("syntax.jaas"), "Client {\n a.B required\n};\n");
    Path pkcs1Both = SecuredLab.both(new CertifiedKey(forms.certificate(), forms.pkcs1()));
    Path encryptedBoth =
        Files.copy(
            SecuredLab.both(new CertifiedKey(forms.certificate(), forms.encrypted())),
            folder.resolve("encrypted.both"));
    SecuredLab.both(new CertifiedKey(forms.certificate(), forms.pkcs1()));
    zookeeper(
        rows,
        "password with colons",
        source(zookeeper + "/colon", login("migrate", lab.secret("secret:digest::"))),
        plain,
        0,
        "works");
    rows.add(
        DynamicTest.dynamicTest(
            "ZooKeeper: a subtree that may not be read",
            () -> {
              Path file =
                  Files.writeString(
                      folder.resolve("hidden.yaml"),
                      source(zookeeper + "/hidden", "").yaml() + untouched.yaml());
              CommandLineRun plan = CommandLineRun.migrate("plan", "--config", file.toString());
              assertThat(plan.code()).as(plan.toString()).isEqualTo(3);
              assertThat(plan.out())
                  .as(plan.toString())
                  .contains("SOURCE_UNREADABLE", "/admin/policies");
              CommandLineRun check =
                  CommandLineRun.migrate("config", "check", "--config", file.toString());
              assertThat(check.code()).as(check.toString()).isEqualTo(3);
              assertThat(check.out())
                  .as(check.toString())
                  .contains("blocked SOURCE_UNREADABLE: ", "/admin/policies")
                  .doesNotContain("The configuration works");
            }));
    zookeeper(
        rows,
        "JAAS file with a syntax error",
        source(zookeeper + "/login", jaas(syntax)),
        plain,
        2,
        "source.sasl.jaasFile",
        syntax.toString());
    for (Path file : List.of(empty, lab.ours.derTrust())) {
      zookeeper(
          rows,
          "trust " + file.getFileName(),
          source(mutualZooKeeper, tls(file)),
          plain,
          4,
          "source.tls.trust=" + file,
          "BEGIN CERTIFICATE");
      etcd(
          rows,
          "trust " + file.getFileName(),
          plainSource,
          target(mutual, tls(file)),
          5,
          "target.tls.trust=" + file,
          "BEGIN CERTIFICATE");
    }
    zookeeper(
        rows,
        "folder as trust",
        source(mutualZooKeeper, tls(folder)),
        plain,
        2,
        "source.tls.trust",
        "is a folder");
    etcd(
        rows,
        "folder as a password's file",
        plainSource,
        target(lab.password.endpoint(), ", user: migrate, passwordFile: \"" + folder + "\""),
        2,
        "target.passwordFile",
        "is a folder");
    zookeeper(
        rows,
        "PKCS#1 key",
        source(mutualZooKeeper, tls(trust, pkcs1Both, pkcs1Both)),
        plain,
        4,
        "source.tls.key=" + pkcs1Both,
        "openssl pkcs8 -topk8 -nocrypt");
    zookeeper(
        rows,
        "encrypted key",
        source(mutualZooKeeper, tls(trust, encryptedBoth, encryptedBoth)),
        plain,
        4,
        "source.tls.key=" + encryptedBoth,
        "openssl pkcs8 -topk8 -nocrypt");
    for (Path key : List.of(forms.encrypted(), forms.der())) {
      etcd(
          rows,
          "key " + key.getFileName(),
          plainSource,
          target(mutual, tls(trust, forms.certificate(), key)),
          5,
          "target.tls.key=" + key,
          "openssl pkcs8 -topk8 -nocrypt");
    }
    for (Path key : List.of(forms.key(), forms.pkcs1())) {
      etcd(
          rows,
          "RSA key " + key.getFileName(),
          plainSource,
          target(mutual, tls(trust, forms.certificate(), key)),
          0,
          "works");
    }
    zookeeper(
        rows,
        "DIGEST-MD5 section without a password",
        source(
            zookeeper + "/login",
            jaas(
                lab.jaas(
                    "no-password",
                    "org.apache.zookeeper.server.auth.DigestLoginModule required"
                        + " username=\"m\";"))),
        plain,
        4,
        "JAAS section 'Client' failed: ",
        "check its class and options");
    CertifiedKey servers = lab.ours.forServersOnly();
    etcd(
        rows,
        "certificate that is not for clients",
        plainSource,
        target(mutual, tls(trust, servers.certificate(), servers.key())),
        5,
        "refuses target.tls.certificate=" + servers.certificate(),
        "clientAuth");
    etcd(
        rows,
        "user who has no role",
        plainSource,
        target(lab.password.endpoint(), user("roleless", "secret-roleless")),
        5,
        "user 'roleless'",
        "read on all keys");
    return rows;
  }

  /** Each on a server of its own, whose certificate or list of revoked ones is at fault. */
  @TestFactory
  @Tag("campaign")
  Stream<DynamicTest> explainsServersOfTheirOwnInOneLine() throws Exception {
    List<DynamicTest> rows = new ArrayList<>();
    Path trust = lab.ours.trust();
    Instant past = Instant.now().minus(Duration.ofDays(2));
    SecuredZooKeeper expired =
        new SecuredZooKeeper(
            folder.resolve("zookeeper-expired"),
            lab.ours,
            lab.ours.issue("old-zookeeper", "127.0.0.1", past),
            "org.apache.zookeeper.server.auth.DigestLoginModule required user_m=\"m\";",
            "none");
    CertifiedKey revoked = lab.ours.issue("revoked");
    SecuredEtcd checking =
        SecuredEtcd.encrypted(
            folder.resolve("etcd-crl"),
            lab.ours.issue("crl-server"),
            "--client-cert-auth",
            "--trusted-ca-file=" + trust,
            "--client-crl-file=" + lab.ours.revoked(revoked));
    expired.awaitServing();
    checking.awaitServing(lab.settings(checking, true, true));
    zookeeper(
        rows,
        "expired server certificate",
        source(expired.secure() + "/open", tls(trust)),
        of(targets(), "plain"),
        4,
        "expired; renew it on the server");
    etcd(
        rows,
        "client certificate that is not revoked",
        of(sources(), "plain"),
        target(checking.endpoint(), tls(trust, lab.client.certificate(), lab.client.key())),
        0,
        "works");
    etcd(
        rows,
        "revoked client certificate",
        of(sources(), "plain"),
        target(checking.endpoint(), tls(trust, revoked.certificate(), revoked.key())),
        5,
        "closes the connection after the TLS handshake",
        "target.tls.certificate=" + revoked.certificate() + " is not revoked there");
    return rows.stream()
        .onClose(
            () -> {
              expired.close();
              checking.close();
            });
  }

  /** What the table of rights in the runbook promises for the time before the window. */
  @Test
  void readOnlyZooKeeperUserPlansCopiesAndVerifies() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("reader.yaml"),
            of(sources(), "read only").yaml()
                + of(targets(), "plain").yaml()
                + "cluster: {pulsarVersion: 4.2.4}\n");
    for (List<String> command :
        List.of(
            List.of("plan", "--accept", ACCEPTED[1]),
            List.of("run", "--once", "--accept", ACCEPTED[1]),
            List.of("verify"))) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of("--config", file.toString()));
      CommandLineRun run = CommandLineRun.migrate(words.toArray(String[]::new));
      assertThat(run.code()).as(run.toString()).isZero();
    }
  }

  /** etcd reports flags, metrics and quota over TLS too, so a plan knows no less of it. */
  @Test
  @Tag("campaign")
  void planAsksTheSameOverTls() throws Exception {
    JsonNode plain = plan("plain");
    for (String kind : List.of("TLS", "client certificate")) {
      JsonNode secured = plan(kind);
      Set<String> more = findings(secured);
      more.removeAll(findings(plain));
      Set<String> fewer = findings(plain);
      fewer.removeAll(findings(secured));
      System.out.printf("PLANS %s: more %s, fewer %s%n", kind, more, fewer);
      assertThat(fewer).isEmpty();
      assertThat(more).isSubsetOf(ONLY_WITH_TLS);
      assertThat(secured.at("/sizing/etcd/quotaReported"))
          .isEqualTo(plain.at("/sizing/etcd/quotaReported"));
    }
  }

  private static JsonNode plan(String etcd) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("compared.yaml"),
            of(sources(), "plain").yaml()
                + of(targets(), etcd).yaml()
                + "cluster: {pulsarVersion: 4.2.4}\n");
    return CommandLineRun.migrate("plan", "--output", "json", "--config", file.toString()).json();
  }

  private static Set<String> findings(JsonNode plan) {
    Set<String> findings = new TreeSet<>();
    plan.path("findings")
        .forEach(
            found -> findings.add(found.path("level").asText() + " " + found.path("id").asText()));
    return findings;
  }

  /** Real moves at the most talkative log level; the second by users and passwords alone. */
  @Test
  @Tag("campaign")
  void noSecretIsShownAnywhere() throws Exception {
    String key = Files.readString(lab.client.key()).lines().skip(1).findFirst().orElseThrow();
    Path jaas = lab.digestMd5("secret-login");
    SecretScan byCertificate =
        new SecretScan(
            folder.resolve("scan-certificate"),
            source(lab.zookeeper.plain() + "/login", jaas(jaas)).yaml()
                + of(targets(), "client certificate").yaml()
                + "cluster: {pulsarVersion: 4.2.4}\n");
    Map<String, String> places = new TreeMap<>(byCertificate.run(ACCEPTED));
    places.put("records", SecuredEtcd.records(lab.settings(lab.mutual, true, true)));
    assertHidden("certificate", places, List.of(key, "secret-login", SecretScan.token()));

    SecretScan byPassword =
        new SecretScan(
            folder.resolve("scan-password"),
            of(sources(), "read only").yaml()
                + of(targets(), "password").yaml()
                + "cluster: {pulsarVersion: 4.2.4}\n");
    places = new TreeMap<>(byPassword.run(ACCEPTED));
    assertHidden(
        "password", places, List.of("secret-digest", "secret-migrate", SecretScan.token()));
  }

  private static void assertHidden(String name, Map<String, String> places, List<String> secrets) {
    places.forEach(
        (place, text) -> {
          assertThat(text).as(place).isNotBlank();
          System.out.printf("SECRETS %s: %s, %,d characters%n", name, place, text.length());
        });
    assertThat(places).containsKeys("log of the daemon", "environ", "cmdline", "GET /metrics");
    for (String secret : secrets) {
      assertThat(places).allSatisfy((place, text) -> assertThat(text).doesNotContain(secret));
    }
  }

  private static void zookeeper(
      List<DynamicTest> rows,
      String name,
      StoreBlock source,
      StoreBlock target,
      int code,
      String... lines) {
    rows.add(row("ZooKeeper: " + name, source, target, code, lines));
  }

  private static void etcd(
      List<DynamicTest> rows,
      String name,
      StoreBlock source,
      StoreBlock target,
      int code,
      String... lines) {
    rows.add(row("etcd: " + name, source, target, code, lines));
  }

  /** Of several runs, since other tests share the machine. */
  private static Duration fastest(Path file, Duration first, Duration bound) {
    Duration fastest = first;
    for (int i = 0; i < TRIES && fastest.compareTo(bound) >= 0; i++) {
      Instant before = Instant.now();
      CommandLineRun.migrate("config", "check", "--config", file.toString());
      Duration took = Duration.between(before, Instant.now());
      fastest = took.compareTo(fastest) < 0 ? took : fastest;
    }
    return fastest;
  }

  private static DynamicTest row(
      String name, StoreBlock source, StoreBlock target, int code, String... lines) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Path file = Files.writeString(folder.resolve("move.yaml"), source.yaml() + target.yaml());
          Instant before = Instant.now();
          CommandLineRun run =
              CommandLineRun.migrate("config", "check", "--config", file.toString());
          Duration took = Duration.between(before, Instant.now());
          longest = took.compareTo(longest) > 0 ? took : longest;
          String output = code == 2 || code > 3 ? run.err().strip() : run.out();
          System.out.printf(
              "SECURED %s | exit %d | %d ms | %s%n",
              name,
              run.code(),
              took.toMillis(),
              output.lines().reduce("", (first, line) -> line).replace(folder.toString(), "DIR"));
          assertThat(output).doesNotContain("secret-digest", "secret-login", "secret-migrate");
          if (code == 0 && run.code() == 3) {
            // Both stores answered; another test has left another cluster's move on this etcd.
            assertThat(run.out().lines().filter(line -> line.startsWith("blocked ")))
                .singleElement()
                .asString()
                .startsWith("blocked SOURCE_IS_ANOTHER");
            return;
          }
          assertThat(run.code()).as(run.toString()).isEqualTo(code);
          assertThat(output).contains(lines);
          if (code == 2 || code > 3) {
            assertThat(output.lines()).as(output).hasSize(1);
          }
          Duration bound = run.code() == 0 ? CALM : BOUND;
          assertThat(fastest(file, took, bound)).isLessThan(bound);
          if (name.endsWith(": refused port")) {
            assertThat(fastest(file, took, REFUSED)).isLessThan(REFUSED);
          }
        });
  }
}
