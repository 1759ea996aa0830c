package io.metamigrate.secure;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.ControlServer;
import io.metamigrate.migrator.control.Controls;
import io.metamigrate.migrator.control.DaemonProgress;
import io.metamigrate.migrator.control.Metrics;
import io.metamigrate.migrator.control.NamedMove;
import io.metamigrate.migrator.control.RequestOutcome;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.control.ThrottleChange;
import io.metamigrate.secure.Certificates.CertifiedKey;
import io.metamigrate.verifier.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control interface on every address, with TLS and certificates of clients. */
final class ControlTlsTest {
  @TempDir private Path folder;

  private final int port = FreePorts.next();
  private final Metrics metrics = Metrics.of("c1");
  private Optional<ControlServer> server = Optional.empty();
  private Optional<Certificates> authority = Optional.empty();

  @BeforeEach
  void makeCertificates() throws Exception {
    authority = Optional.of(new Certificates(folder.resolve("ca"), "our-ca"));
    Files.writeString(folder.resolve("token"), "secret-of-the-operator\n");
  }

  @AfterEach
  void close() {
    server.ifPresent(ControlServer::close);
    metrics.close();
  }

  @Test
  void requiresClientCertificateAndCommandsPresentOne() throws Exception {
    Path file = configuration(authority().issue("daemon"), ", requireClientCertificate: true");
    serve(file);
    CertifiedKey client = authority().issue("prometheus");
    CertifiedKey outsider = new Certificates(folder.resolve("other"), "other-ca").issue("outsider");

    assertThat(get("https", client).statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> get("https", outsider)).isInstanceOf(IOException.class);
    TlsFiles anonymous =
        new TlsFiles("test", Optional.of(authority().trust()), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> get("https", anonymous)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get("http", client)).isInstanceOf(IOException.class);

    CommandLineRun pause =
        CommandLineRun.migrate("pause", "--config", file.toString(), "--reason", "backup");
    assertThat(pause.code()).as(pause.toString()).isZero();
    assertThat(pause.out() + pause.err()).contains("did pause");
  }

  @Test
  void acceptsTokenIfNoClientCertificateIsRequired() throws Exception {
    serve(configuration(authority().issue("daemon"), ""));
    TlsFiles anonymous =
        new TlsFiles("test", Optional.of(authority().trust()), Optional.empty(), Optional.empty());

    assertThat(get("https", anonymous).statusCode()).isEqualTo(200);
    TlsFiles otherClient =
        new TlsFiles("test", Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> get("https", otherClient)).isInstanceOf(SSLException.class);
  }

  @Test
  void keyOfAnotherCertificateIsRefusedInOneLine() throws Exception {
    CertifiedKey daemon = authority().issue("daemon");
    Path file =
        configuration(
            new CertifiedKey(daemon.certificate(), authority().issue("another").key()), "");

    assertThatThrownBy(() -> serve(file))
        .hasMessageStartingWith("control.tls: ")
        .hasMessageContaining("is not the key of")
        .hasMessageNotContaining("\n");
  }

  /**
   * A command that cannot connect names the reason, and takes no TLS fault for an absent daemon.
   */
  @Test
  void commandsNameTheFaultOfTheirConnection() throws Exception {
    serve(configuration(authority().issue("daemon"), ", requireClientCertificate: true"));
    Certificates others = new Certificates(folder.resolve("other"), "other-ca");
    CertifiedKey outsider = others.issue("outsider");
    Path plain = folder.resolve("plain.yaml");
    Files.writeString(
        plain,
        """
        source: {zookeeper: "127.0.0.1:1"}
        target: {etcd: "http://127.0.0.1:1"}
        control: {listen: "127.0.0.1:%d", tokenFile: "%s"}
        """
            .formatted(port, folder.resolve("token")));

    assertPauseFails(plain, "the daemon speaks TLS; set control.tls");
    assertPauseFails(configuration(outsider, ""), "the server refuses control.tls.certificate=");
    String trusting = Files.readString(configuration(authority().issue("client"), ""));
    assertPauseFails(
        Files.writeString(
            folder.resolve("trust.yaml"),
            trusting.replace(authority().trust().toString(), others.trust().toString())),
        "issued by 'CN=our-ca', which is not in control.tls.trust=");
    assertPauseFails(
        Files.writeString(folder.resolve("name.yaml"), trusting.replace("0.0.0.0", "localhost")),
        "not for 'localhost' but for [127.0.0.1]");
  }

  @Test
  void expiredCertificateIsRefusedInOneLine() throws Exception {
    Instant past = Instant.now().minus(Duration.ofDays(2));
    CertifiedKey own = authority().issue("daemon", "127.0.0.1", past);

    assertThatThrownBy(() -> serve(configuration(own, "")))
        .hasMessageStartingWith("control.tls: control.tls.certificate=" + own.certificate())
        .hasMessageContaining(" expired at ")
        .hasMessageNotContaining("\n");
  }

  private void assertPauseFails(Path file, String reason) {
    CommandLineRun pause = CommandLineRun.migrate("pause", "--config", file.toString());

    assertThat(pause.code()).as(pause.toString()).isEqualTo(3);
    assertThat(pause.err().strip())
        .contains("no connection to a daemon at ", reason)
        .doesNotContain("\n");
  }

  @Test
  void tokenThatMayOnlyReadIsRefusedByEachCommand() throws Exception {
    Path read = Files.writeString(folder.resolve("read"), "secret-of-the-reader\n");
    CertifiedKey daemon = authority().issue("daemon");
    Path file = configuration(daemon, "");
    String tokens =
        "tokens: [{name: alice, file: \"%s\", rights: act}, {name: bob, file: \"%s\", rights: read}]"
            .formatted(folder.resolve("token"), read);
    String own = "tokenFile: \"%s\"".formatted(folder.resolve("token"));
    Files.writeString(file, Files.readString(file).replace(own, tokens));
    serve(file);
    Files.writeString(
        file, Files.readString(file).replace(tokens, own.replace("token\"", "read\"")));

    for (String command : List.of("pause", "resume", "abort")) {
      CommandLineRun refused = CommandLineRun.migrate(command, "--config", file.toString());
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err().strip())
          .contains("the token of bob may only read")
          .doesNotContain("\n");
    }
    ControlClient client = ControlClient.of(Configuration.load(file));
    assertThatThrownBy(
            () -> client.change("/cutover/confirm", new ObjectMapper().createObjectNode()))
        .hasMessageContaining("the token of bob may only read");
  }

  /** As cert-manager, certbot and a rotation of tokens do, one file after the other. */
  @Test
  void replacedCertificateAndTokenAreUsedWithoutRestart() throws Exception {
    CertifiedKey daemon = authority().issue("daemon");
    Path file = configuration(daemon, "");
    serve(file);
    CertifiedKey newer = authority().issue("newer-daemon");
    assertThat(subject(get("https", newer))).isEqualTo("CN=daemon");

    Files.copy(newer.certificate(), daemon.certificate(), REPLACE_EXISTING);
    Files.copy(newer.key(), daemon.key(), REPLACE_EXISTING);
    await("the newer certificate", () -> subject(get("https", newer)).equals("CN=newer-daemon"));

    Certificates others = new Certificates(folder.resolve("other"), "other-ca");
    CertifiedKey foreign = others.issue("other-daemon");
    Files.copy(foreign.certificate(), daemon.certificate(), REPLACE_EXISTING);
    Files.copy(foreign.key(), daemon.key(), REPLACE_EXISTING);
    Files.copy(others.trust(), authority().trust(), REPLACE_EXISTING);
    await("another authority", () -> subject(get("https", foreign)).equals("CN=other-daemon"));

    Files.writeString(folder.resolve("token"), "secret-of-the-next\n");
    await("the earlier token is refused", () -> get("https", foreign).statusCode() == 401);
    CommandLineRun pause = CommandLineRun.migrate("pause", "--config", file.toString());
    assertThat(pause.code()).as(pause.toString()).isZero();
  }

  @Test
  void refusedFilesAreReportedAndTheEarlierOnesStayInUse() throws Exception {
    CertifiedKey own = authority().issue("daemon");
    serve(configuration(own, ""));
    Path token = folder.resolve("token");
    Path saved = Files.copy(own.key(), folder.resolve("saved.key"));

    Files.copy(authority().issue("another").key(), own.key(), REPLACE_EXISTING);
    Files.delete(token);
    await("both refusals", () -> problems(own).size() == 2);
    assertThat(problems(own).toString())
        .contains(
            "CONTROL_FILES_REFUSED",
            "is not the key of",
            token + " is not a file that this user can read");
    assertThat(metrics.scrape()).contains("id=\"CONTROL_FILES_REFUSED\"} 1");

    Files.copy(saved, own.key(), REPLACE_EXISTING);
    Files.writeString(token, "secret-of-the-operator\n");
    await("the end of both", () -> problems(own).isEmpty());
    assertThat(metrics.scrape()).contains("id=\"CONTROL_FILES_REFUSED\"} 0");
  }

  private JsonNode problems(CertifiedKey own) throws Exception {
    return new ObjectMapper().readTree(get("https", own).body()).at("/health/problems");
  }

  private static String subject(HttpResponse<String> answer) throws Exception {
    Certificate shown = answer.sslSession().orElseThrow().getPeerCertificates()[0];
    return ((X509Certificate) shown).getSubjectX500Principal().getName();
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(condition);
  }

  private Certificates authority() {
    return authority.orElseThrow();
  }

  private Path configuration(CertifiedKey own, String more) throws IOException {
    return Files.writeString(
        folder.resolve("move.yaml"),
        """
        source: {zookeeper: "127.0.0.1:1"}
        target: {etcd: "http://127.0.0.1:1"}
        control:
          listen: "0.0.0.0:%d"
          tokenFile: "%s"
          tls: {certificate: "%s", key: "%s", trust: "%s"%s}
        """
            .formatted(
                port,
                folder.resolve("token"),
                own.certificate(),
                own.key(),
                authority().trust(),
                more));
  }

  private void serve(Path file) {
    Configuration configuration = Configuration.load(file);
    IdleDaemon daemon = new IdleDaemon();
    daemon.progress.bindTo(metrics.registry(), daemon.phases());
    server =
        Optional.of(
            ControlServer.start(
                configuration.control(), NamedMove.of(configuration), daemon, metrics, List.of()));
  }

  private HttpResponse<String> get(String scheme, CertifiedKey own) throws Exception {
    return get(
        scheme,
        new TlsFiles(
            "test",
            Optional.of(authority().trust()),
            Optional.of(own.certificate()),
            Optional.of(own.key())));
  }

  private HttpResponse<String> get(String scheme, TlsFiles files) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + "/status"))
            .header("Authorization", "Bearer secret-of-the-operator")
            .build();
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(files.context())
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** A daemon that does what it is asked. */
  private static final class IdleDaemon implements Controls {
    private final DaemonProgress progress =
        new DaemonProgress(
            "c1", "Following", InstantSource.system(), DaemonProgress.NEVER_THROTTLED);

    @Override
    public Status status() {
      return progress.status();
    }

    @Override
    public List<String> phases() {
      return List.of("Following");
    }

    @Override
    public RequestOutcome pause(String reason) {
      return new RequestOutcome.Granted("did pause");
    }

    @Override
    public RequestOutcome resume() {
      return new RequestOutcome.Granted("did resume");
    }

    @Override
    public RequestOutcome abort(boolean clean) {
      return new RequestOutcome.Granted("did abort");
    }

    @Override
    public RequestOutcome throttle(ThrottleChange change) {
      return new RequestOutcome.Granted("did throttle");
    }

    @Override
    public RequestOutcome confirmCutover(String cluster) {
      return new RequestOutcome.Granted("did confirm");
    }

    @Override
    public void filesRefused(String what, Optional<String> why) {
      progress.health().filesRefused(what, why);
    }

    @Override
    public Optional<String> unhealthy() {
      return Optional.empty();
    }

    @Override
    public Optional<String> notReady() {
      return Optional.empty();
    }
  }
}
