package io.metamigrate.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.cutover.CommandCluster;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.LabProcess;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.secure.Certificates.CertifiedKey;
import io.metamigrate.secure.SecuredEtcd.Grant;
import io.metamigrate.secure.SecuredEtcd.User;
import io.metamigrate.verifier.store.EtcdSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The complete files of the page about secured stores, with only their addresses, passwords and
 * principals replaced, on stores that are secured in that way.
 */
@Tag("campaign")
final class SecuredPageCampaignTest {
  private static final Path PAGE = Path.of("../../runbooks", "secured-stores.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:yaml)?\\n(.*?)^```");
  private static final Pattern PERMISSION =
      Pattern.compile(
          "etcdctl role grant-permission migrate --(prefix|from-key)=true (\\w+) (\\S+)");
  private static final String[] ACCEPTED = {"LISTING_TOO_LARGE", "ETCD_PASSWORD_UNSUPPORTED"};

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @TempDir private static Path folder;

  private static SecuredLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = new SecuredLab(folder.resolve("lab"));
  }

  @AfterAll
  static void stop() throws IOException {
    lab.close();
  }

  @Test
  void digestAndAPassword() throws Exception {
    Path home = home("digest");
    secret(home, "secrets/zookeeper", "secret-digest");
    secret(home, "secrets/etcd", "secret-migrate");
    try (SecuredEtcd etcd = SecuredEtcd.plain(home.resolve("etcd"))) {
      etcd.awaitServing(lab.settings(etcd, false, false));
      etcd.authenticate(
          lab.settings(etcd, false, false), List.of(new User("migrate", grantsOfThePage())));

      assertMoves(home, block("digest"), lab.zookeeper.plain() + "/digest", etcd);
      assertWindows(home, block("digest"), lab.zookeeper.plain(), lab.zookeeper.plain(), etcd);
    }
  }

  @Test
  void clientCertificates() throws Exception {
    Path home = home("certificates");
    Files.copy(SecuredLab.both(lab.client), home.resolve("tls/client.pem"));
    Files.copy(lab.client.certificate(), home.resolve("tls/client.crt"));
    Files.copy(lab.client.key(), home.resolve("tls/client.key"));

    SecuredZooKeeper server = lab.mutualZooKeeper;
    assertMoves(home, block("certificates"), server.secure() + "/open", lab.mutual);
    assertWindows(home, block("certificates"), server.plain(), server.secure(), lab.mutual);
  }

  @Test
  void digestMd5AndAPasswordOverTls() throws Exception {
    Path home = home("digest-md5");
    secret(home, "secrets/etcd", "secret-migrate");
    secret(home, "jaas.conf", block("Client {\n  org.apache").replace("...", "secret-login"));

    assertMoves(home, block("DIGEST-MD5"), lab.zookeeper.plain() + "/login", lab.both);
    assertWindows(
        home, block("DIGEST-MD5"), lab.zookeeper.plain(), lab.zookeeper.plain(), lab.both);
  }

  @Test
  void kerberosAndAPlainEtcd() throws Exception {
    Path home = home("kerberos");
    secret(
        home,
        "jaas.conf",
        block("Client {\n  com.sun")
            .replace("/etc/security/migrate.keytab", lab.keytab("migrate").toString()));

    String named = lab.kerberos.plain().replace("127.0.0.1", "localhost");
    assertMoves(home, block("Kerberos"), named + "/kerberos", lab.plain);
    assertWindows(home, block("Kerberos"), lab.kerberos.plain(), named, lab.plain);
  }

  /**
   * A password of etcd while a cutover runs, the token of {@code control} with it, and again
   * between cutover and rollback.
   */
  @Test
  void replacedSecretsAreUsedByTheNextCommand() throws Exception {
    Path home = home("rotated");
    secret(home, "secrets/zookeeper", "secret-digest");
    secret(home, "secrets/etcd", "secret-migrate");
    secret(home, "secrets/nodes", "secret-nodes");
    try (SecuredEtcd etcd = SecuredEtcd.plain(home.resolve("etcd"))) {
      etcd.awaitServing(lab.settings(etcd, false, false));
      etcd.authenticate(
          lab.settings(etcd, false, false),
          List.of(new User("migrate", grantsOfThePage()), new User("nodes", grantsOfThePage())));
      new Rotation(home, lab.zookeeper.plain(), at(block("digest"), lab.zookeeper.plain(), etcd))
          .differs(
              "user: migrate\n  passwordFile: secrets/etcd",
              "user: nodes\n  passwordFile: secrets/nodes")
          .first(path -> replace(home, etcd, "secret-second"))
          .stops(
              5,
              "stopped at stop-brokers: etcd at " + etcd.endpoint(),
              "refuses the password of user 'migrate'; check target.user and",
              "next: fix the cause and run `migrate cutover --confirm c1` again")
          .third(path -> replace(home, etcd, "secret-third"))
          .run();
    }
  }

  /** The authority by which etcd knows its clients, while a cutover runs. */
  @Test
  void replacedClientCertificateIsUsedByTheNextCommand() throws Exception {
    Path home = home("rotated-certificate");
    Path authorities = Files.copy(lab.ours.trust(), home.resolve("authorities.pem"));
    Files.writeString(authorities, Files.readString(lab.others.trust()), StandardOpenOption.APPEND);
    Files.copy(SecuredLab.both(lab.client), home.resolve("tls/client.pem"));
    certify(home, "client", lab.client);
    certify(home, "nodes", lab.others.issue("nodes"));
    try (SecuredEtcd etcd =
        SecuredEtcd.encrypted(
            home.resolve("etcd"),
            lab.ours.issue("rotated-server"),
            "--client-cert-auth",
            "--trusted-ca-file=" + authorities)) {
      etcd.awaitServing(lab.settings(etcd, true, true));
      SecuredZooKeeper server = lab.mutualZooKeeper;
      new Rotation(home, server.plain(), at(block("certificates"), server.secure(), etcd))
          .differs(
              "certificate: tls/client.crt, key: tls/client.key",
              "certificate: tls/nodes.crt, key: tls/nodes.key")
          .first(
              path -> {
                Files.copy(lab.others.trust(), authorities, StandardCopyOption.REPLACE_EXISTING);
                etcd.restart();
              })
          .stops(
              5,
              "stopped at stop-brokers: etcd ",
              "the server refuses target.tls.certificate=",
              "next: fix the cause and run `migrate cutover --confirm c1` again")
          .second(path -> certify(home, "client", lab.others.issue("second-client")))
          .run();
    }
  }

  /** The password of ZooKeeper's {@code digest} scheme, by which one znode may be read. */
  @Test
  void replacedDigestOfZooKeeperIsUsedByTheNextCommand() throws Exception {
    Path home = home("rotated-digest");
    secret(home, "secrets/zookeeper", "secret-digest");
    secret(home, "secrets/etcd", "secret-migrate");
    try (SecuredEtcd etcd = SecuredEtcd.plain(home.resolve("etcd"))) {
      etcd.awaitServing(lab.settings(etcd, false, false));
      etcd.authenticate(
          lab.settings(etcd, false, false), List.of(new User("migrate", grantsOfThePage())));
      String plain = lab.zookeeper.plain();
      new Rotation(home, plain, at(block("digest"), plain, etcd))
          .before(chroot -> restrict(plain + chroot, "secret-digest", "secret-digest"))
          .first(chroot -> restrict(plain + chroot, "secret-digest", "secret-second"))
          .stops(
              4,
              "stopped at stop-brokers: ZooKeeper at " + plain,
              "NOAUTH",
              "user 'migrate'",
              "next: fix the cause and run `migrate cutover --confirm c1` again")
          .second(chroot -> secret(home, "secrets/zookeeper", "secret-second"))
          .run();
    }
  }

  /** A znode that only the user {@code migrate} with this password may read. */
  private static void restrict(String connect, String password, String next) throws Exception {
    String path = "/admin/policies/restricted";
    String digest = DigestAuthenticationProvider.generateDigest("migrate:" + next);
    List<ACL> acl = new ArrayList<>(List.of(new ACL(Perms.ALL, new Id("digest", digest))));
    ZooKeeper session = new ZooKeeper(connect, 30_000, event -> {});
    try {
      session.addAuthInfo("digest", ("migrate:" + password).getBytes(StandardCharsets.UTF_8));
      if (session.exists(path, false) == null) {
        session.create(path, new byte[0], acl, CreateMode.PERSISTENT);
      } else {
        session.setACL(path, acl, -1);
      }
    } finally {
      session.close();
    }
  }

  private static void certify(Path home, String name, CertifiedKey pair) throws IOException {
    CopyOption replacing = StandardCopyOption.REPLACE_EXISTING;
    Files.copy(pair.certificate(), home.resolve("tls/" + name + ".crt"), replacing);
    Files.copy(pair.key(), home.resolve("tls/" + name + ".key"), replacing);
  }

  /** What an administrator does to a cluster below this chroot. */
  private interface Change {
    void run(String chroot) throws Exception;
  }

  /**
   * A cutover during which a secret is replaced on a store, so that it stops; then in its file, so
   * that the same command ends, and a rollback as well.
   */
  private static final class Rotation {
    private final Path home;
    private final String zookeeper;
    private final String yaml;
    private String own = "";
    private String ofNodes = "";
    private Change before = chroot -> {};
    private Change first = chroot -> {};
    private Change second = chroot -> {};
    private Change third = chroot -> {};
    private int code;
    private String[] lines = {};

    Rotation(Path home, String zookeeper, String yaml) {
      this.home = home;
      this.zookeeper = zookeeper;
      this.yaml = yaml;
    }

    /** The stand-ins of this process use another secret than the tool. */
    Rotation differs(String tool, String nodes) {
      assertThat(yaml).contains(tool);
      own = tool;
      ofNodes = nodes;
      return this;
    }

    /** Before the daemon starts. */
    Rotation before(Change change) {
      before = change;
      return this;
    }

    /** While the cutover waits before it stops the brokers. */
    Rotation first(Change change) {
      first = change;
      return this;
    }

    Rotation stops(int exitCode, String... contained) {
      code = exitCode;
      lines = contained;
      return this;
    }

    /** Before the command is repeated. */
    Rotation second(Change change) {
      second = change;
      return this;
    }

    /** Before the rollback. */
    Rotation third(Change change) {
      third = change;
      return this;
    }

    @SuppressWarnings("try") // they only have to run
    void run() throws Exception {
      List<String> root = new ArrayList<>();
      String hooks = "hooks: {beforeStep: \"%s\", timeout: 2m}%n".formatted(waiting(home));
      System.setProperty("zookeeper.sasl.client", "false");
      try (CommandCluster cluster =
          new CommandCluster(
              home,
              zookeeper,
              chroot -> {
                root.add(chroot);
                return below(chroot) + hooks;
              })) {
        before.run(root.get(0));
        Path window = home.resolve("window");
        Path config = cluster.config();
        Files.writeString(config, Files.readString(config).replace(ofNodes, own));
        SecretScan shown = new SecretScan(window, config);
        String[] confirmed = {
          "--confirm", "c1", "--state-folder", window.resolve("state").toString()
        };
        String[] cutover = with(confirmed, "cutover", "--yes");
        try (LabProcess daemon = shown.daemon(ACCEPTED);
            LabProcess running = shown.started("running", cutover)) {
          Awaitility.await("a step waits")
              .atMost(TIMEOUT)
              .until(() -> Files.exists(home.resolve("waits")));
          first.run(root.get(0));
          Files.createFile(home.resolve("continue"));
          Awaitility.await("the cutover ends").atMost(TIMEOUT).until(() -> !running.alive());
          String last = lastOf(Files.readString(running.log()));
          assertThat(running.exitCode()).as(last).isEqualTo(code);
          assertThat(last).contains(lines);
        }
        second.run(root.get(0));
        assertDone(shown, "status");
        assertDone(shown, cutover);
        third.run(root.get(0));
        assertDone(shown, with(confirmed, "rollback"));
      } finally {
        System.clearProperty("zookeeper.sasl.client");
      }
    }

    private String below(String chroot) {
      String nodes = own.isEmpty() ? yaml : yaml.replace(own, ofNodes);
      return nodes.replaceAll("(zookeeper: \"[^\"]*)\"", "$1" + chroot + "\"");
    }
  }

  /** A command that waits once, at the step that stops the first brokers. */
  private static String waiting(Path home) throws IOException {
    Path script =
        Files.writeString(
            home.resolve("wait"),
            """
            cd '%s'
            if [ "$METAMIGRATE_STEP" = stop-brokers ] && [ ! -f continue ]; then
              touch waits
              while [ ! -f continue ]; do sleep 0.1; done
            fi
            """
                .formatted(home));
    return "sh " + script;
  }

  private static void replace(Path home, SecuredEtcd etcd, String password) throws Exception {
    etcd.changePassword("migrate", password);
    secret(home, "secrets/etcd", password);
    Files.writeString(home.resolve("window/token"), password + "-of-control\n");
  }

  private static Path home(String name) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(home.resolve("secrets"));
    Files.createDirectories(home.resolve("tls"));
    Files.copy(lab.ours.trust(), home.resolve("tls/ca.pem"));
    return home;
  }

  private static void secret(Path home, String file, String text) throws IOException {
    Path written = Files.writeString(home.resolve(file), text + "\n");
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
  }

  /** The block that begins so, or that follows a line with this word in the last section. */
  private static String block(String named) throws IOException {
    String page = Files.readString(PAGE);
    List<String> blocks = BLOCK.matcher(page).results().map(found -> found.group(1)).toList();
    return blocks.stream()
        .filter(block -> block.startsWith(named))
        .findFirst()
        .orElseGet(
            () -> {
              String section = page.substring(page.indexOf("## Four complete files"));
              String from = section.substring(section.indexOf(named, section.indexOf("\n\n")));
              return BLOCK.matcher(from).results().findFirst().orElseThrow().group(1);
            });
  }

  private static void assertMoves(Path home, String yaml, String zookeeper, SecuredEtcd etcd)
      throws IOException {
    String ours = at(yaml, zookeeper, etcd).replace("name: c1", "name: demo");
    assertThat(ours).contains(zookeeper, etcd.endpoint());
    Path file = Files.writeString(home.resolve("move.yaml"), ours);
    for (List<String> command :
        List.of(
            List.of("config", "check"),
            List.of("plan"),
            List.of("run", "--once"),
            List.of("verify"))) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of("--config", file.toString()));
      if (!command.contains("check") && !command.contains("verify")) {
        for (String id : ACCEPTED) {
          words.addAll(List.of("--accept", id));
        }
      }
      CommandLineRun run = CommandLineRun.migrate(words.toArray(String[]::new));
      assertThat(run.code()).as(run.toString()).isZero();
    }
  }

  /** A cutover, a rollback and a cutover, by processes at the most verbose log level. */
  @SuppressWarnings("try") // they only have to run
  private static void assertWindows(
      Path home, String yaml, String plain, String zookeeper, SecuredEtcd etcd) throws Exception {
    Path own = home.resolve("window");
    // The stand-ins of this process are clients without a login.
    System.setProperty("zookeeper.sasl.client", "false");
    try (CommandCluster cluster =
        new CommandCluster(home, plain, chroot -> at(yaml, zookeeper + chroot, etcd))) {
      SecretScan shown = new SecretScan(own, cluster.config());
      assertDone(shown, "config", "check");
      assertDone(shown, "config", "show");
      assertDone(shown, accepting("plan", "--save", own.resolve("plan.json").toString()));
      String[] confirmed = {"--confirm", "c1", "--state-folder", own.resolve("state").toString()};
      String[] cutover = with(confirmed, "cutover", "--yes");
      try (LabProcess daemon = shown.daemon(ACCEPTED)) {
        assertDone(shown, "verify");
        assertDone(shown, "status");
        assertDone(shown, cutover);
      }
      assertDone(shown, with(confirmed, "rollback"));
      try (LabProcess daemon = shown.daemon(ACCEPTED)) {
        assertDone(shown, cutover);
      }
      assertDone(shown, "status");
      EtcdSettings settings = Configuration.load(cluster.config()).etcdSettings();
      Map<String, String> records = Map.of("records on etcd", SecuredEtcd.records(settings));
      assertThat(records.values()).allSatisfy(text -> assertThat(text).contains("checkpoint"));
      Path record = own.resolve("record.json");
      assertDone(
          shown,
          with(confirmed, "finalize", "--accept-connections", "--record", record.toString()));
      Map<String, String> places = new TreeMap<>(shown.places());
      places.put("record", Files.readString(record));
      places.put("saved plan", Files.readString(own.resolve("plan.json")));
      places.putAll(records);
      List<String> secrets = secrets();
      assertThat(places).hasSizeGreaterThan(18);
      for (String secret : secrets) {
        assertThat(places).allSatisfy((place, text) -> assertThat(text).doesNotContain(secret));
      }
      System.out.printf(
          "SECRETS %s: %d of them in %,d characters of %d places%n",
          home.getFileName(),
          secrets.size(),
          places.values().stream().mapToInt(String::length).sum(),
          places.size());
    } finally {
      System.clearProperty("zookeeper.sasl.client");
    }
  }

  private static void assertDone(SecretScan shown, String... words) throws Exception {
    String name = shown.count() + " " + words[0];
    int code = shown.command(name, words);
    assertThat(code).as("%s: %s", name, lastOf(shown.place(name))).isZero();
  }

  /** What an operator would see at the usual log level. */
  private static String lastOf(String text) {
    return text.lines()
        .filter(line -> !line.matches("\\S+Z? +(DEBUG|TRACE|INFO) .*"))
        .filter(line -> !line.contains("WARN") && !line.startsWith("\tat"))
        .collect(Collectors.joining("\n"));
  }

  private static String[] with(String[] more, String... words) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private static String[] accepting(String... words) {
    return with(new String[] {"--accept", ACCEPTED[0], "--accept", ACCEPTED[1]}, words);
  }

  /** Passwords and a line of the private key that the files of this folder hold. */
  private static List<String> secrets() throws IOException {
    List<String> secrets = new ArrayList<>(List.of("secret-login", "secret-digest"));
    secrets.addAll(List.of("secret-migrate", SecretScan.token()));
    secrets.add(Files.readString(lab.client.key()).lines().skip(1).findFirst().orElseThrow());
    return secrets;
  }

  /** The file of the page, with other addresses. */
  private static String at(String yaml, String zookeeper, SecuredEtcd etcd) {
    return yaml.replaceAll("zookeeper: \"[^\"]*\"", "zookeeper: \"" + zookeeper + "\"")
        .replaceAll("etcd: \\[.*]", "etcd: [\"" + etcd.endpoint() + "\"]");
  }

  /** What the lines of {@code etcdctl role grant-permission} on the page grant. */
  private static List<Grant> grantsOfThePage() throws IOException {
    List<Grant> grants = new ArrayList<>();
    for (String line : block("etcdctl user add").lines().toList()) {
      Matcher permission = PERMISSION.matcher(line);
      if (permission.matches()) {
        boolean all = permission.group(1).equals("from-key");
        assertThat(permission.group(2)).isEqualTo(all ? "read" : "readwrite");
        grants.add(all ? Grant.readAll() : Grant.readWrite(permission.group(3)));
      }
    }
    assertThat(grants).hasSize(3);
    return grants;
  }
}
