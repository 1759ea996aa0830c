package io.metamigrate.migrator.demo;

import org.apache.zookeeper.CreateMode;

/** Takes the nodes of a tree, each after the node above it. */
interface TreeSink {
  void node(String path, byte[] value, CreateMode mode);

  /** Makes and removes that many sequential nodes, as drawing numbers from a counter does. */
  void allocate(String parent, String prefix, long times);
}
