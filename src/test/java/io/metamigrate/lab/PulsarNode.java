package io.metamigrate.lab;

/** A bookie or a broker: started, stopped, killed, frozen, reconfigured and probed by itself. */
public sealed interface PulsarNode extends AutoCloseable permits BookieServer, BrokerServer {
  /** As it is called in the cluster's metadata: {@code HOST:PORT}. */
  String id();

  /** The key or znode, with lease or session, that shows that it is up. */
  String registration();

  NodeSettings settings();

  LabProcess process();

  /** Where it registers from its next start on. */
  void use(MetadataHome home);

  /** Starts it and returns at once. */
  void startOnly();

  /** Waits until it serves, by its registration and its ports, never by its pid. */
  void awaitUp();

  default void start() {
    startOnly();
    awaitUp();
  }

  /** SIGTERM and wait. */
  default void stop() {
    process().stop();
  }

  /** SIGKILL and wait. */
  default void kill() {
    process().kill();
  }

  @Override
  default void close() {
    process().close();
  }
}
