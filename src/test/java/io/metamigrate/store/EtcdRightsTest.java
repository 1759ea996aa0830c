package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.replay.EtcdRights;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users of a real etcd with authentication may do, found without writing. */
@Timeout(120)
final class EtcdRightsTest {
  private static final String FIRST = "\0";
  private static final ZkPath LEDGERS = new ZkPath("/ledgers");
  private static final ZkPath ADMIN = new ZkPath("/admin");
  private static EtcdServer etcd;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    etcd = EtcdServer.start(directory);
    try (Client client = Client.builder().endpoints(etcd.endpoint()).build()) {
      Auth auth = client.getAuthClient();
      user(auth, "root");
      get(auth.userGrantRole(bytes("root"), bytes("root")));
      user(auth, "mover");
      grant(auth, "mover", FIRST, FIRST, Permission.Type.READWRITE);
      user(auth, "reader");
      grant(auth, "reader", FIRST, FIRST, Permission.Type.READ);
      user(auth, "writer");
      grant(auth, "writer", FIRST, FIRST, Permission.Type.WRITE);
      // one key each, which shows nothing about those beside it
      for (String key : List.of("/", "/admin/", "/ledgers/", "metamigrate/", FIRST)) {
        grant(auth, "writer", key, "", Permission.Type.READ);
      }
      user(auth, "narrow");
      grant(auth, "narrow", "/", "0", Permission.Type.READ);
      grant(auth, "narrow", "/ledgers", "/ledgers0", Permission.Type.READWRITE);
      get(auth.authEnable());
    }
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @Test
  void rootLacksNoPermission() {
    assertThat(missing("mover", ADMIN, LEDGERS)).isEmpty();
    assertThat(missing("root", ADMIN, LEDGERS)).isEmpty();
  }

  @Test
  void reportsReadOnlyUser() {
    assertThat(missing("reader", ADMIN, LEDGERS))
        .containsExactly(
            "etcd: no permission to read and write below /admin; grant it to a role of user reader",
            "etcd: no permission to read and write below /ledgers; grant it to a role of user reader",
            "etcd: no permission to read and write the keys of this tool below metamigrate/; grant it to a role of user reader");
  }

  @Test
  void reportsWriteOnlyUser() {
    assertThat(missing("writer", ADMIN, LEDGERS))
        .hasSize(4)
        .anyMatch(line -> line.contains("below /admin;"))
        .anyMatch(line -> line.contains("below /ledgers;"))
        .anyMatch(line -> line.contains("below metamigrate/"))
        .anyMatch(line -> line.contains("no permission to read all keys"));
  }

  @Test
  void silenceIsNotAPermission(@TempDir Path directory) {
    try (EtcdServer gone = EtcdServer.start(directory);
        EtcdConnection asking =
            EtcdConnection.open(
                EtcdSettings.of(gone.endpoint()).withTimeout(Duration.ofSeconds(2)))) {
      gone.process().kill();

      assertThatThrownBy(() -> new EtcdRights(asking).missing(List.of(ADMIN)))
          .isInstanceOf(StoreException.class);
    }
  }

  @Test
  void eachGroupIsCheckedByItself() {
    String own = "below metamigrate/";
    String watch = "no permission to read all keys";

    assertThat(missing("narrow", ADMIN, LEDGERS))
        .hasSize(3)
        .anyMatch(line -> line.contains("below /admin;"))
        .anyMatch(line -> line.contains(own))
        .anyMatch(line -> line.contains(watch));
    assertThat(missing("narrow", LEDGERS))
        .hasSize(2)
        .anyMatch(line -> line.contains(own))
        .anyMatch(line -> line.contains(watch));
  }

  /** Asks, and sees that nothing was changed by that. */
  private static List<String> missing(String user, ZkPath... groups) {
    try (EtcdConnection asking = open(user);
        EtcdConnection root = open("root")) {
      root.await("a key", root.client().getKVClient().put(bytes("/ledgers/x"), bytes("1")));
      Revision before = new EtcdReader(root).revision();
      List<String> missing = new EtcdRights(asking).missing(List.of(groups));
      assertThat(new EtcdReader(root).revision()).isEqualTo(before);
      assertThat(new EtcdReader(root).countAll()).isEqualTo(1);
      return missing;
    }
  }

  private static EtcdConnection open(String user) {
    return EtcdConnection.open(
        new EtcdSettings(
            List.of(etcd.endpoint()),
            Optional.of(user),
            Optional.of("secret"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(20)));
  }

  private static void user(Auth auth, String name) throws Exception {
    get(auth.userAdd(bytes(name), bytes("secret")));
    get(auth.roleAdd(bytes(name)));
  }

  private static void grant(
      Auth auth, String name, String from, String to, Permission.Type permission) throws Exception {
    get(auth.roleGrantPermission(bytes(name), bytes(from), bytes(to), permission));
    get(auth.userGrantRole(bytes(name), bytes(name)));
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }

  private static void get(CompletableFuture<?> answer) throws Exception {
    answer.get(20, TimeUnit.SECONDS);
  }
}
