package io.metamigrate.cutover;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of a copied cluster whose nodes the command driver stops and starts. */
abstract class OnCommandNodes extends OnTwoStores {
  Path home;
  CommandNodes nodes;

  OnCommandNodes(String budget) {
    super(budget);
  }

  @BeforeEach
  void startNodes() throws Exception {
    home = Files.createTempDirectory(folder, "commands");
    nodes = CommandNodes.start(home.resolve("nodes"), bed);
  }

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  /** A command line with the options that each command of the window gets here. */
  String[] withOptions(Path config, String... words) {
    List<String> options =
        List.of(
            "--config",
            config.toString(),
            "--confirm",
            "c1",
            "--output",
            "json",
            "--state-folder",
            home.resolve("state").toString());
    return Stream.concat(Stream.of(words), options.stream()).toArray(String[]::new);
  }
}
