package io.metamigrate.migrator.config;

import io.metamigrate.verifier.store.ZkPath;

/** What a path in a configuration must look like. */
final class ZooKeeperPaths {
  private ZooKeeperPaths() {}

  /** Whether this is an absolute path without empty or relative parts, and not the root. */
  static boolean isPath(String text) {
    if (!text.startsWith("/") || text.length() < 2) {
      return false;
    }
    for (String part : text.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
        return false;
      }
    }
    return new ZkPath(text).isLegalZnode();
  }

  /** Whether the first path is the second or lies above it. */
  static boolean holds(String ancestor, String path) {
    return ancestor.equals("/") || path.equals(ancestor) || path.startsWith(ancestor + "/");
  }
}
