package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the log has of FIPS mode and of secrets that others can read. */
final class SecurityLogTest {
  private static final String FIPS_MODE = "zookeeper.fips-mode";
  private static final String DIGEST =
      "org.apache.zookeeper.server.auth.DigestLoginModule required username=\"u\" password=\"p\"";

  @TempDir private Path folder;
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.metamigrate.migrator.config");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void reset() {
    logger.detachAppender(lines);
    logger.setLevel(null);
    System.clearProperty(FIPS_MODE);
    System.clearProperty("java.security.auth.login.config");
    javax.security.auth.login.Configuration.setConfiguration(null);
  }

  @Test
  void fipsModeIsSwitchedOffForDigestMd5AndLogged() throws IOException {
    assertThat(client(DIGEST)).containsEntry(FIPS_MODE, "false");
    assertThat(logged("FIPS mode"))
        .containsExactly(
            "INFO FIPS mode of the ZooKeeper client is off, since it does not allow a login by"
                + " DIGEST-MD5 jaasContext=Client");
  }

  @Test
  void fipsModeStaysForKerberos() throws IOException {
    assertThat(client("com.sun.security.auth.module.Krb5LoginModule required"))
        .doesNotContainKey(FIPS_MODE);
    assertThat(logged("FIPS")).isEmpty();
  }

  @Test
  void fipsModeStaysAsTheOperatorHasSetIt() throws IOException {
    System.setProperty(FIPS_MODE, "true");

    assertThat(client(DIGEST)).doesNotContainKey(FIPS_MODE);
    assertThat(logged("FIPS")).isEmpty();
  }

  @Test
  void secretThatOthersReadIsWarnedOfByItsKeyAndMode() throws IOException {
    for (String key : List.of("password", "token", "key", "jaas")) {
      Files.writeString(folder.resolve(key), "Client { " + DIGEST + "; };\n");
    }
    Path file =
        Files.writeString(
            folder.resolve("move.yaml"),
            """
            source: {sasl: {jaasFile: jaas}}
            target: {user: u, passwordFile: password, tls: {certificate: move.yaml, key: key}}
            cluster: {admin: {tokenFile: token}}
            """);
    mode("rw-r-----");
    Configuration.load(file);
    assertThat(logged("can read")).isEmpty();

    mode("rw-r--r--");
    Configuration.load(file);
    String text = "WARN every user of this machine can read this secret; run chmod 600 on the file";
    assertThat(logged("can read"))
        .containsExactlyInAnyOrder(
            text + line("source.sasl.jaasFile", "jaas"),
            text + line("target.passwordFile", "password"),
            text + line("target.tls.key", "key"),
            text + line("cluster.admin.tokenFile", "token"));
  }

  private String line(String key, String file) {
    return " key=%s file=%s mode=rw-r--r--".formatted(key, folder.resolve(file));
  }

  private void mode(String rights) throws IOException {
    for (String name : List.of("password", "token", "key", "jaas")) {
      Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(rights));
    }
  }

  private Map<String, String> client(String login) throws IOException {
    Path jaas = Files.writeString(folder.resolve("jaas"), "Client { " + login + "; };\n");
    Path file =
        Files.writeString(
            folder.resolve("move.yaml"),
            "source: {zookeeper: \"z:1\", sasl: {jaasFile: \"%s\"}}\n".formatted(jaas));
    return Configuration.load(file).zooKeeperSettings().client();
  }

  private List<String> logged(String part) {
    return lines.list.stream()
        .filter(event -> event.getMessage().contains(part))
        .map(
            event -> {
              StringBuilder line = new StringBuilder(event.getLevel() + " " + event.getMessage());
              if (event.getKeyValuePairs() != null) {
                event
                    .getKeyValuePairs()
                    .forEach(pair -> line.append(" " + pair.key + "=" + pair.value));
              }
              return line.toString();
            })
        .toList();
  }
}
