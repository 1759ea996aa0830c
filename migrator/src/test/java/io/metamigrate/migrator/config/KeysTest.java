package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import io.metamigrate.migrator.config.reference.Kind;
import io.metamigrate.migrator.config.reference.StarterFile;
import io.metamigrate.migrator.config.reference.StarterFile.EtcdSecurity;
import io.metamigrate.migrator.config.reference.StarterFile.ZooKeeperSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each key is described once; parser, page and new files agree with its description. */
final class KeysTest {
  private static final String NODES =
      "control: {tokens: [{name: alice, file: secrets/alice}]}\n"
          + "cutover: {bookies: [{id: \"b1:3181\"}], brokers: [{id: \"h:8080\"}],"
          + " budgets: {verify: 5m}, originals: {bookies: {a: b}, brokers: {c: d}}}\n";

  @TempDir private Path folder;

  @BeforeEach
  void writeTheFilesThatExamplesName() throws IOException {
    ExampleFiles.write(folder);
  }

  @Test
  void describedKeysAreTheKeysThatAreRead() {
    List<String> read = new ArrayList<>();
    for (String driver : List.of("command", "compose", "kubernetes")) {
      Document document =
          new Document(
              Optional.of(write(NODES)),
              new EnvironmentVariables(Map.of("METAMIGRATE_CUTOVER_DRIVER_KIND", driver)));
      CutoverConfig.read(document.root().section("cutover"));
      document.settings().forEach(setting -> read.add(setting.key().path()));
    }
    Configuration.load(Optional.of(write(NODES)), Map.of())
        .settings()
        .forEach(setting -> read.add(setting.key().path()));

    assertThat(Keys.all().stream().map(Key::path).distinct())
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(read));
  }

  @Test
  void writtenDefaultChangesNothing() {
    for (Key key : Keys.all()) {
      if (!key.otherwise().isEmpty() && key.driver().isEmpty() && !key.path().contains("[]")) {
        assertThat(Configuration.load(write(yaml(key, key.otherwise()))))
            .as(key.path())
            .isEqualTo(Configuration.defaults());
      }
    }
  }

  @Test
  void writtenDriverDefaultChangesNothing() {
    for (Key key : Keys.all()) {
      if (!key.otherwise().isEmpty() && key.driver().isPresent()) {
        String plain = StarterFile.of(key.driver().get(), Set.of(), Set.of(), Map.of());
        String written = plain.replace("    # " + key.name() + ": ", "    " + key.name() + ": ");

        assertThat(written).as(key.path()).isNotEqualTo(plain);
        assertThat(Configuration.load(write(written)))
            .as(key.path())
            .isEqualTo(Configuration.load(write(plain)));
      }
    }
  }

  @Test
  void everyTypedKeyRefusesAValueOfAnotherType() {
    for (Key key : Keys.all()) {
      if (key.isTyped() && key.variable().isPresent() && key.driver().isEmpty()) {
        assertThat(
                catchThrowableOfType(
                    ConfigurationException.class,
                    () -> Configuration.load(write(yaml(key, "\"?? no such value ??\"")))))
            .as(key.path())
            .isNotNull();
      }
    }
  }

  /** The JAAS file of the example is no JAAS file; its content is checked on the way in. */
  @Test
  void everyNewFileLoads() {
    for (String driver : List.of("command", "compose", "kubernetes")) {
      for (Set<ZooKeeperSecurity> zookeeper : combinations(ZooKeeperSecurity.class)) {
        for (Set<EtcdSecurity> etcd : combinations(EtcdSecurity.class)) {
          if (zookeeper.containsAll(Set.of(ZooKeeperSecurity.DIGEST, ZooKeeperSecurity.SASL))) {
            continue;
          }
          Configuration read =
              Configuration.load(write(StarterFile.of(driver, zookeeper, etcd, Map.of())));

          assertThat(read.requireClusterName()).isEqualTo("c1");
          assertThat(read.requireEtcd().encrypted())
              .isEqualTo(
                  etcd.contains(EtcdSecurity.TLS)
                      || etcd.contains(EtcdSecurity.CLIENT_CERTIFICATE));
          assertThat(read.target().login().user().isPresent())
              .isEqualTo(etcd.contains(EtcdSecurity.PASSWORD));
          assertThat(read.cutover().driver()).isPresent();
          assertThat(read.copy()).isEqualTo(CopyConfig.defaults());
        }
      }
    }
  }

  /** One or two of them. */
  private static <E extends Enum<E>> Set<Set<E>> combinations(Class<E> type) {
    Set<Set<E>> all = new LinkedHashSet<>();
    for (E one : type.getEnumConstants()) {
      for (E other : type.getEnumConstants()) {
        all.add(new LinkedHashSet<>(List.of(one, other)));
      }
    }
    return all;
  }

  @Test
  void newFileLoadsWithItsFirstTokenWrittenOut() {
    String file = StarterFile.of("command", Set.of(), Set.of(), Map.of());
    String written =
        file.replace("# - name: alice", "- name: alice")
            .replace("# file: secrets/alice", "file: secrets/alice");

    assertThat(written).isNotEqualTo(file);
    assertThat(Configuration.load(write(written)).control().tokens())
        .singleElement()
        .satisfies(token -> assertThat(token.name()).isEqualTo("alice"));
  }

  @Test
  void newFileHasTheValuesOfTheFlags() {
    Configuration read =
        Configuration.load(
            write(
                StarterFile.of(
                    "command",
                    Set.of(ZooKeeperSecurity.TLS),
                    Set.of(EtcdSecurity.TLS),
                    Map.of(
                        "--cluster", "prod",
                        "--zookeeper", "zk9:2281/pulsar",
                        "--etcd", "https://e7:2379,https://e8:2379",
                        "--versions", "exact"))));

    assertThat(read.requireClusterName()).isEqualTo("prod");
    assertThat(read.requireZooKeeper()).hasToString("zk9:2281/pulsar");
    assertThat(read.requireEtcd()).hasToString("https://e7:2379,https://e8:2379");
    assertThat(read.copy().exactVersions()).isTrue();
  }

  @Test
  void choicesNameEveryConstant() {
    Map<String, Class<? extends Enum<?>>> types =
        Map.of(
            "copy.ledgerIds", CopyConfig.LedgerIds.class,
            "copy.versions", CopyConfig.Versions.class,
            "cutover.strategy", CutoverConfig.Strategy.class,
            "cutover.driver.kind", DriverConfig.DriverKind.class,
            "cutover.driver.layout", KubernetesDriverConfig.Layout.class,
            "control.tokens[].rights", NamedToken.Rights.class);

    assertThat(Keys.all().stream().filter(key -> key.kind() == Kind.CHOICE).map(Key::path))
        .containsExactlyInAnyOrderElementsOf(types.keySet());
    types.forEach(
        (path, type) ->
            assertThat(Keys.of(path).allowedText())
                .as(path)
                .isEqualTo(
                    "one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(one -> "`" + Choices.name(one) + "`")
                            .collect(Collectors.joining(", "))));
  }

  @Test
  void newFileNamesEveryKeyOfItsDriver() {
    String file = StarterFile.of("compose", Set.of(), Set.of(), Map.of());

    assertThat(Keys.all().stream().filter(key -> !key.driver().orElse("compose").equals("compose")))
        .isNotEmpty();
    for (Key key : Keys.all()) {
      if (key.driver().orElse("compose").equals("compose")) {
        assertThat(file).contains((key.name().equals("*") ? "NAME" : key.name()) + ": ");
      }
    }
  }

  /** One key with one value, as a file. */
  private static String yaml(Key key, String value) {
    StringBuilder yaml = new StringBuilder();
    String[] parts = key.path().split("\\.", -1);
    for (int depth = 0; depth < parts.length; depth++) {
      yaml.append("  ".repeat(depth))
          .append(parts[depth])
          .append(": ")
          .append(depth == parts.length - 1 ? value : "")
          .append('\n');
    }
    return yaml.toString();
  }

  private Path write(String yaml) {
    try {
      return Files.writeString(folder.resolve("migrate.yaml"), yaml);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
