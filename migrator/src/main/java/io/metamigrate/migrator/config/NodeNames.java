package io.metamigrate.migrator.config;

/** The host in the id of a node. */
final class NodeNames {
  private NodeNames() {}

  /** {@code b1} for {@code b1:3181}; the whole id if it has no port. */
  static String host(String id) {
    int colon = id.lastIndexOf(':');
    return colon < 0 ? id : id.substring(0, colon);
  }
}
