package io.metamigrate.cutover;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
