package io.metamigrate.migrator.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files that examples of keys name, since a key of a file is refused if there is none. */
final class ExampleFiles {
  private static final List<String> NAMES =
      List.of(
          "secrets/pulsar-token",
          "secrets/zookeeper",
          "secrets/etcd",
          "secrets/control",
          "secrets/alice",
          "tls/ca.pem",
          "tls/client.pem",
          "tls/client.key",
          "jaas.conf",
          "docker-compose.yaml",
          "kube.yaml",
          "another");

  private ExampleFiles() {}

  static void write(Path folder) throws IOException {
    for (String name : NAMES) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), "x");
    }
  }
}
