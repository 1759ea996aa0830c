package io.metamigrate.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.BookieServer;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Pulsar 2.10.0 cluster, whose three bookies and one broker run in containers of a real
 * engine, goes to etcd by {@code migrate cutover} and comes back by {@code migrate rollback}, and
 * every message is accounted for.
 */
@Timeout(1200)
@Tag("campaign")
final class ComposeMoveTest {
  /** As an image's entry: its own settings, the environment laid over them, the server. */
  private static final String ENTRY =
      """
      cd "$1" || exit 2
      cp image.conf "$2"
      env >environment
      while IFS='=' read -r name value; do
        key=${name#PULSAR_PREFIX_}
        [ "$key" != "$name" ] || grep -q "^$key=" "$2" || continue
        grep -v "^$key=" "$2" >next
        echo "$key=$value" >>next
        mv next "$2"
      done <environment
      trap './node stop; exit 0' TERM
      ./node start
      while ./node running; do sleep 0.1; done
      """;

  @TempDir Path folder;

  @Test
  void rollsToEtcdUnderTrafficAndBackAfterPointOfNoReturn() throws Exception {
    ContainerEngine.require();
    ContainerEngine.makeImage(Files.createDirectories(folder.resolve("image")));
    Files.writeString(folder.resolve("entry.sh"), ENTRY);
    Path base = folder.resolve("docker-compose.yaml");
    Path override = folder.resolve("metamigrate.override.yaml");
    try (MoveBed bed = MoveBed.of(folder, 3, 1);
        Project project = new Project(base)) {
      Files.writeString(
          base,
          bed.nodes().stream()
              .map(node -> service(node, bed.onZooKeeper()))
              .collect(Collectors.joining("", "services:\n", "")));
      String own = Files.readString(base);
      project.compose("up", "-d");
      bed.awaitServing();
      bed.follow(
          "  driver: {kind: compose, file: \"%s\"}\n".formatted(base),
          node -> node.process().name());

      bed.thereAndBack(
          () ->
              assertThat(override)
                  .content()
                  .contains("PULSAR_PREFIX_metadataServiceUri: \"" + bed.onEtcd().bookieUri()));

      assertThat(base).hasContent(own);
      assertThat(override).doesNotExist();
    }
  }

  private static String environment(PulsarNode node, MetadataHome home) {
    return node instanceof BookieServer
        ? "metadataServiceUri: \"%s\", journalDirectory: \"%s\", ledgerDirectories: \"%s\""
            .formatted(home.bookieUri(), data(node, "journal"), data(node, "ledgers"))
        : "metadataStoreUrl: \"%s\", configurationMetadataStoreUrl: \"%s\""
            .formatted(home.brokerUrl(), home.brokerUrl());
  }

  private static Path data(PulsarNode bookie, String name) {
    return bookie.settings().file().resolveSibling(name);
  }

  private String service(PulsarNode node, MetadataHome zooKeeper) {
    node.process().script();
    Path home = node.settings().file().getParent();
    String entry =
        "/bin/sh %s/entry.sh %s %s".formatted(folder, home, node.settings().file().getFileName());
    return "  "
        + node.process().name()
        + ":\n"
        + ContainerEngine.service(folder, entry, PulsarClassPath.of("2.10.0").jars())
        + "    environment: {%s}\n".formatted(environment(node, zooKeeper));
  }

  /** Down at the end, whatever came of it. */
  private record Project(Path base) implements AutoCloseable {
    void compose(String... words) throws IOException {
      List<String> all = new ArrayList<>(List.of("docker", "compose", "-f", base.toString()));
      all.addAll(List.of(words));
      ContainerEngine.ok(all);
    }

    @Override
    public void close() throws IOException {
      compose("down", "-t", "20");
    }
  }
}
