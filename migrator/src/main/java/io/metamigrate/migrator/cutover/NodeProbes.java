package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;

/** Asks the driver's probe about nodes that leave a move. */
final class NodeProbes implements NodeListRule.Probes {
  private final RestartDriver driver;
  private final NodeList recorded;
  private final CutoverConfig file;

  /**
   * Asks nothing yet.
   *
   * @param recorded knows the driver's names of brokers that the file does not name any more
   */
  NodeProbes(RestartDriver driver, NodeList recorded, CutoverConfig file) {
    this.driver = driver;
    this.recorded = recorded;
    this.file = file;
  }

  @Override
  public boolean isBrokerStopped(String broker) {
    String name = recorded.brokers().getOrDefault(broker, broker);
    return isStopped(new Node(Component.BROKER, broker, name));
  }

  /** One is written as {@code autorecovery NAME}. */
  @Override
  public boolean isMetadataWriterStopped(String metadataWriter) {
    for (Component component : Component.values()) {
      String kind = component.label() + " ";
      if (metadataWriter.startsWith(kind)) {
        return isStopped(new Node(component, metadataWriter.substring(kind.length())));
      }
    }
    return false;
  }

  @Override
  public boolean doesBookieRun(String bookie) {
    Node node =
        file.bookies().stream()
            .filter(config -> config.id().equals(bookie))
            .findFirst()
            .map(BookieConfig::node)
            .map(name -> new Node(Component.BOOKIE, bookie, name))
            .orElseGet(() -> new Node(Component.BOOKIE, bookie));
    return driver.probe(node, NodeState.RUNNING).isDone();
  }

  @Override
  public boolean doesNodeRun(Component component, String id, String name) {
    return driver.probe(new Node(component, id, name), NodeState.RUNNING).isDone();
  }

  private boolean isStopped(Node node) {
    return driver.probe(node, NodeState.STOPPED).isDone();
  }
}
