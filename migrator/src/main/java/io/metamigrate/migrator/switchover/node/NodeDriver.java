package io.metamigrate.migrator.switchover.node;

import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.Optional;

/** Stops, configures and starts servers. Each action is idempotent; its return proves nothing. */
public interface NodeDriver {
  void stop(Permit permit, Node node);

  void configure(Permit permit, Node node, NodeSettings settings);

  void start(Permit permit, Node node);

  /** Seen from outside. */
  NodeState probe(Node node);

  /** Its configuration, which it starts with next. */
  NodeSettings configured(Node node);

  /** What the running process itself reports; empty if none runs or it cannot be asked. */
  Optional<NodeSettings> running(Node node);

  /** Healthy by its own check. */
  boolean isHealthy(Node node);

  /** A server as the driver and its port show it. */
  enum NodeState {
    RUNNING,
    STOPPED
  }
}
