package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import io.metamigrate.migrator.config.reference.StarterFile;
import io.metamigrate.migrator.config.reference.StarterFile.EtcdSecurity;
import io.metamigrate.migrator.config.reference.StarterFile.ZooKeeperSecurity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No key of the reference is ignored, wherever its value comes from. */
final class KeysReadTest {
  private static final List<Set<EtcdSecurity>> ETCD =
      List.of(
          Set.of(),
          Set.of(EtcdSecurity.PASSWORD),
          Set.of(EtcdSecurity.TLS),
          Set.of(EtcdSecurity.CLIENT_CERTIFICATE),
          Set.of(EtcdSecurity.PASSWORD, EtcdSecurity.CLIENT_CERTIFICATE));

  private static final YAMLMapper YAML = new YAMLMapper();

  /** ZooKeeper's client takes both from one file, so that they change together. */
  private static final List<String> ONE_FILE = List.of("source.tls.certificate", "source.tls.key");

  @TempDir private Path folder;

  /** A configuration with another value of the key, and the same without it or with the example. */
  private record KeyChange(ObjectNode before, ObjectNode after, JsonNode value) {}

  static Stream<Key> keys() {
    return Keys.all().stream()
        .filter(key -> !key.path().equals("cutover.driver.kind"))
        .filter(key -> !ONE_FILE.contains(key.path()));
  }

  @BeforeEach
  void writeTheFilesThatExamplesName() throws IOException {
    ExampleFiles.write(folder);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void anotherValueInTheFileChangesWhatIsParsed(Key key) {
    assertThat(change(key)).as(key.path()).isPresent();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void itsVariableOverridesTheFile(Key key) {
    if (key.variable().isPresent()) {
      KeyChange change = change(key).orElseThrow();
      String value =
          change.value().isArray() ? change.value().get(0).asText() : change.value().asText();
      Map<String, String> environment = Map.of(key.variable().get(), value);

      assertThat(load(change.before(), environment))
          .as(key.path())
          .contains(load(change.after(), Map.of()).orElseThrow());
    }
  }

  @Test
  void theKindOfTheDriverChoosesIts() throws IOException {
    for (String driver : List.of("command", "compose", "kubernetes")) {
      Optional<DriverConfig> read =
          load((ObjectNode) YAML.readTree(starter(driver)), Map.of())
              .orElseThrow()
              .cutover()
              .driver();

      assertThat(read.orElseThrow().getClass().getSimpleName()).containsIgnoringCase(driver);
    }
  }

  @Test
  void bothKeysOfOneFileAreReadAndMustBeTheSame() throws IOException {
    ObjectNode before =
        (ObjectNode)
            YAML.readTree(
                StarterFile.of(
                    "command", Set.of(ZooKeeperSecurity.CLIENT_CERTIFICATE), Set.of(), Map.of()));
    JsonNode another = yaml(folder.resolve("another").toString());
    ObjectNode after = before;
    for (String path : ONE_FILE) {
      assertThat(load(with(before, Keys.of(path), another), Map.of())).as(path).isEmpty();
      after = with(after, Keys.of(path), another);
    }

    assertThat(load(after, Map.of())).isPresent().isNotEqualTo(load(before, Map.of()));
  }

  @Test
  void tlsThatIsOffBesideAnEncryptedEndpointIsRefused() throws IOException {
    ObjectNode base =
        with(
            (ObjectNode) YAML.readTree(starter("command")),
            Keys.of("target.etcd"),
            yaml("[\"https://e1:2379\"]"));

    assertThat(load(base, Map.of())).isPresent();
    assertThat(load(base, Map.of("METAMIGRATE_TARGET_TLS_ENABLED", "false"))).isEmpty();
    assertThat(load(with(base, Keys.of("target.tls.enabled"), yaml("false")), Map.of())).isEmpty();
  }

  /** The first base and value that can be loaded with and without the key, and differ. */
  private Optional<KeyChange> change(Key key) {
    for (ObjectNode base : bases(key)) {
      for (JsonNode value : others(key)) {
        ObjectNode after = with(base, key, value);
        Optional<Configuration> parsed = load(after, Map.of());
        for (ObjectNode before : List.of(without(base, key), with(base, key, example(key)))) {
          Optional<Configuration> was = load(before, Map.of());
          if (parsed.isPresent() && was.isPresent() && !parsed.equals(was)) {
            return Optional.of(new KeyChange(before, after, value));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String starter(String driver) {
    return StarterFile.of(driver, Set.of(), Set.of(), Map.of());
  }

  private List<ObjectNode> bases(Key key) {
    List<ObjectNode> bases = new ArrayList<>();
    try {
      for (ZooKeeperSecurity zookeeper : ZooKeeperSecurity.values()) {
        for (Set<EtcdSecurity> etcd : ETCD) {
          ObjectNode base =
              (ObjectNode)
                  YAML.readTree(
                      StarterFile.of(
                          key.driver().orElse("command"), Set.of(zookeeper), etcd, Map.of()));
          bases.add(base);
          bases.add(withItsBlock(base, key));
          bases.add(with(base, Keys.of("target.etcd"), yaml("[\"https://e1:2379\"]")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bases;
  }

  private static ObjectNode withItsBlock(ObjectNode base, Key key) {
    String block = key.path().substring(0, key.path().lastIndexOf('.') + 1);
    ObjectNode whole = base;
    for (Key other : Keys.all()) {
      if (other.path().startsWith(block) && other.driver().equals(key.driver())) {
        whole = with(whole, other, example(other));
      }
    }
    return whole;
  }

  private static JsonNode example(Key key) {
    return yaml(key.example());
  }

  private List<JsonNode> others(Key key) {
    List<String> values =
        switch (key.kind()) {
          case TEXT -> List.of("another", "another:3181");
          case VERSION -> List.of("3.0.8");
          case ZOOKEEPER -> List.of("zk9:2181");
          case ETCD -> List.of("[\"http://e9:2379\"]", "[\"https://e9:2379\"]");
          case ADDRESS -> List.of("127.0.0.1:9999");
          case URL -> List.of("http://another:8080");
          case COMMAND -> List.of("true another");
          case FILE, SECRET_FILE -> List.of(folder.resolve("another").toString());
          case FLAG -> List.of("true", "false");
          case DURATION -> List.of("77s");
          case COUNT, RATE, PERCENT -> List.of("7");
          case CHOICE -> List.of(key.example(), key.otherwise());
          case LIST -> List.of("[\"/another\"]", "[\"BOOKIE_DATA_NOT_VERIFIABLE:another\"]");
          case MAP -> List.of("{another: value}");
        };
    return values.stream().map(KeysReadTest::yaml).toList();
  }

  private static JsonNode yaml(String text) {
    try {
      return text.isEmpty() ? YAML.getNodeFactory().textNode("") : YAML.readTree(text);
    } catch (IOException e) {
      return YAML.getNodeFactory().textNode(text);
    }
  }

  private static ObjectNode with(ObjectNode base, Key key, JsonNode value) {
    ObjectNode copy = base.deepCopy();
    block(copy, key).set(name(key), value);
    return copy;
  }

  private static ObjectNode without(ObjectNode base, Key key) {
    ObjectNode copy = base.deepCopy();
    block(copy, key).remove(name(key));
    return copy;
  }

  private static String name(Key key) {
    boolean chosen = key.name().equals("*");
    return chosen ? (key.path().contains("budgets") ? "verify" : "gcWaitTime") : key.name();
  }

  /** The block of the key, made if it is not there; of a list the first item. */
  private static ObjectNode block(ObjectNode top, Key key) {
    ObjectNode block = top;
    String[] parts = key.path().split("\\.", -1);
    for (int depth = 0; depth < parts.length - 1; depth++) {
      String part = parts[depth].replace("[]", "");
      JsonNode next = block.get(part);
      if (parts[depth].endsWith("[]")) {
        ArrayNode items = next instanceof ArrayNode list ? list : block.putArray(part);
        block = items.isEmpty() ? items.addObject() : (ObjectNode) items.get(0);
      } else {
        block = next instanceof ObjectNode object ? object : block.putObject(part);
      }
    }
    return block;
  }

  /** What is parsed, or empty if it is refused. */
  private Optional<Configuration> load(ObjectNode yaml, Map<String, String> environment) {
    try {
      Path file = Files.writeString(folder.resolve("migrate.yaml"), YAML.writeValueAsString(yaml));
      return Optional.of(Configuration.load(Optional.of(file), environment).configuration());
    } catch (ConfigurationException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
