package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret in the wrong place is refused by its key, and not repeated. */
final class RedactedTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          target.passwordFile        | target: {user: root, passwordFile: hunter2}
          target.passwordFile        | target: {user: root, passwordFile: /hunter2}
          target.passwordFile        | target: {user: root, passwordFile: hunter2/x+y==}
          target.passwordFile        | target: {user: root, passwordFile: 'with hunter2 in it'}
          target.tls.key             | target: {etcd: 'https://e:2379', tls: {certificate: FILE, key: '-----BEGIN hunter2'}}
          target.user                | target: {user: 'root:hunter2', passwordFile: FILE}
          target.etcd                | target: {etcd: 'http://root:hunter2@e:2379'}
          target.etcd                | target: {etcd: 'http://e:2379?password=hunter2'}
          target.componentUrl        | target: {componentUrl: 'root:hunter2@e:2379'}
          source.zookeeper           | source: {zookeeper: 'root:hunter2@zk:2181'}
          source.zookeeper           | source: {zookeeper: 'zk:2181,root:hunter2@zk2:2181/pulsar'}
          source.sasl.user           | source: {sasl: {user: 'root:hunter2', passwordFile: FILE}}
          source.sasl.passwordFile   | source: {sasl: {user: root, passwordFile: hunter2}}
          source.sasl.jaasFile       | source: {sasl: {jaasFile: 'Client { x required password=hunter2; };'}}
          cluster.admin.url          | cluster: {admin: {url: 'http://root:hunter2@b:8080'}}
          cluster.admin.url          | cluster: {admin: {url: 'http://b:8080/?token=hunter2'}}
          cluster.admin.tokenFile    | cluster: {admin: {tokenFile: eyJ.hunter2.x}}
          control.listen             | control: {listen: 'root:hunter2@0.0.0.0:8300'}
          control.tokenFile          | control: {tokenFile: hunter2}
          control.tokens[0].file     | control: {tokens: [{name: a, file: hunter2}]}
          control.tokens[0].name     | control: {tokens: [{name: 'to ken hunter2', file: FILE}]}
          control.otlp.tokenFile     | control: {otlp: {url: 'http://o:4318/v1/metrics', tokenFile: hunter2}}
          control.otlp.url           | control: {otlp: {url: 'http://root:hunter2@o:4318/v1/metrics'}}
          target.password            | target: {password: hunter2}
          target.etcd                | target: {etcd: 'http://e:2379#hunter2'}
          target.etcd                | target: {etcd: 'http://e:2379/;hunter2'}
          source.zookeeper           | source: {zookeeper: 'zk:2181/?token=hunter2'}
          source.zookeeper           | source: {zookeeper: 'zk:2181/pulsar#hunter2'}
          cluster.admin.url          | cluster: {admin: {url: 'http://b:8080/#hunter2'}}
          source.tls.certificate     | source: {tls: {certificate: "-----BEGIN\\nhunter2", key: FILE}}
          target.tls.trust           | target: {etcd: 'https://e:2379', tls: {trust: "-----BEGIN hunter2"}}
          cutover.driver.file        | cutover: {driver: {kind: compose, file: ["a\\nhunter2"]}}
          not YAML                   | target: {passwordFile: *hunter2}
          not YAML                   | target: {passwordFile: !!hunter2!x y}
          not YAML                   | target: {passwordFile: !hunter2!x y}
          """)
  void refusesSecretInWrongPlaceWithoutRepeatingIt(String key, String yaml) throws IOException {
    Path present = Files.writeString(folder.resolve("present"), "x");
    Path file = folder.resolve("move.yaml");
    Files.writeString(file, yaml.replace("FILE", present.toString()) + "\n");

    Throwable fault = catchThrowable(() -> Configuration.load(file));

    assertThat(fault).isInstanceOf(ConfigurationException.class).hasMessageContaining(key);
    assertThat(fault.getMessage()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "METAMIGRATE_TARGET_PASSWORD",
        "METAMIGRATE_TARGET_PASSWORD_FILE",
        "METAMIGRATE_CONTROL_TOKEN",
        "METAMIGRATE_CONTROL_TOKEN_FILE",
        "METAMIGRATE_SOURCE_SASL_JAAS_FILE"
      })
  void namesVariableAndNotItsValue(String variable) {
    assertThatThrownBy(() -> Configuration.load(Optional.empty(), Map.of(variable, "hunter2")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(variable)
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          curl -u me:hunter2 http://pager                      | curl (arguments not shown)
          /opt/page.sh                                         | /opt/page.sh
          ssh $METAMIGRATE_HOST systemctl stop {component}     | ssh (arguments not shown)
          TOKEN=hunter2 /opt/page.sh                           | (command not shown)
          curl https://hooks.example/services/hunter2          | curl (arguments not shown)
          curl -H 'Authorization: Bearer hunter2' http://x     | curl (arguments not shown)
          page $METAMIGRATE_HOST --token hunter2               | page (arguments not shown)
          hunter2@h                                            | (command not shown)
          """)
  void showsOfACommandNothingThatMayBeASecret(String command, String shown) throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(file, "hooks: {onFailure: \"" + command + "\"}\n");

    assertThat(Configuration.load(Optional.of(file), Map.of()).settings())
        .filteredOn(setting -> setting.path().equals("hooks.onFailure"))
        .singleElement()
        .satisfies(setting -> assertThat(setting.shown()).contains(shown));
  }

  @Test
  void hidesOwnSettingsWithDotsInTheirNames() throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(
        file, "cutover: {originals: {bookies: {tls.passwordOf.it: hunter2, a.b: 5}}}\n");

    Configuration.Loaded loaded = Configuration.load(Optional.of(file), Map.of());

    assertThat(loaded.configuration().cutover().originals().bookies()).hasSize(2);
    assertThat(loaded.settings())
        .filteredOn(setting -> setting.path().startsWith("cutover.originals.bookies."))
        .extracting(setting -> setting.shown().orElse(""))
        .containsExactly("(hidden)", "5");
  }

  @Test
  void refusesOwnSettingWithoutAName() throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(file, "cutover: {originals: {brokers: {'': 5, 'a b': 6}}}\n");

    assertThatThrownBy(() -> Configuration.load(file))
        .hasMessageContaining("cutover.originals.brokers: a name here has letters");
  }

  @Test
  void showsPathInFolderThatIsThere() throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(
        file, "target: {user: root, passwordFile: " + folder.resolve("absent.txt") + "}\n");

    assertThatThrownBy(() -> Configuration.load(file))
        .hasMessageContaining("'" + folder.resolve("absent.txt") + "' is not a file");
  }

  @Test
  void refusesFolderInPlaceOfFile() throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(file, "target: {etcd: 'https://e:2379', tls: {trust: " + folder + "}}\n");

    assertThatThrownBy(() -> Configuration.load(file))
        .hasMessageContaining("target.tls.trust: '" + folder + "' is a folder; give the path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Client {\n  a.B required\n  user=\"u\" password \"hunter2\";\n};",
        "Client {\n  a.B hunter2 a=\"b\";\n};",
        "Client {\n  a.B required password=\"hunter2",
        "Client {\n  a.B required password=\"${hunter2}\";\n};",
        "hunter2"
      })
  void namesLineOfJaasFileAndNotItsText(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("jaas.conf"), text);

    assertThatThrownBy(() -> JaasSection.read(file, "Client"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is not a JAAS login configuration: ")
        .hasMessageContaining("cannot be read")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("\n");
  }

  @Test
  void namesSectionsOfJaasFileAndNotWhatWasAskedFor() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("jaas.conf"),
            "Client {\n  a.B required password=\"pw\";\n};\nServer { a.B required; };\n");

    assertThatThrownBy(() -> JaasSection.read(file, "hunter2"))
        .hasMessageContaining("source.sasl.jaasContext")
        .hasMessageContaining("has no section of this name; it has: Client, Server")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void namesTheByteOrderMarkOfAJaasFile() throws IOException {
    Path file =
        Files.writeString(folder.resolve("jaas.conf"), "\uFEFFClient {\n  a.B required;\n};\n");

    assertThatThrownBy(() -> JaasSection.read(file, "Client"))
        .hasMessageContaining("byte order mark");
  }

  @Test
  void namesKeytabThatCannotBeRead() throws IOException {
    Path keytab = folder.resolve("absent.keytab");
    Path file =
        Files.writeString(
            folder.resolve("jaas.conf"),
            "Client {\n  a.B required keyTab=\"%s\";\n};".formatted(keytab));

    assertThatThrownBy(() -> JaasSection.read(file, "Client"))
        .hasMessageContaining("option keyTab of section 'Client': '" + keytab + "' is not a file");
  }
}
