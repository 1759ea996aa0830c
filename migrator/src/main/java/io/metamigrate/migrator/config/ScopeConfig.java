package io.metamigrate.migrator.config;

import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;

/**
 * Which part of the tree moves; paths are below the chroot.
 *
 * @param include subtrees; {@code /} is everything
 * @param exclude subtrees within those
 */
public record ScopeConfig(List<String> include, List<String> exclude) {
  public ScopeConfig {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    Checks checks =
        new Checks()
            .require(!include.isEmpty(), "include", () -> "nothing is included; give ['/'] for all")
            .distinct("include", include)
            .distinct("exclude", exclude);
    for (String path : include) {
      checks.require(
          path.equals("/") || ZooKeeperPaths.isPath(path), "include", () -> notPath(path));
    }
    for (String path : include) {
      checks.require(
          include.stream().noneMatch(root -> within(root, path)),
          "include",
          () -> "'" + path + "' is below another included path; remove it");
      checks.require(
          exclude.stream().noneMatch(root -> ZooKeeperPaths.holds(root, path)),
          "include",
          () -> "'" + path + "' is excluded as well; remove it from one of the two");
    }
    for (String path : exclude) {
      checks.require(ZooKeeperPaths.isPath(path), "exclude", () -> notPath(path));
      checks.require(
          include.stream().anyMatch(root -> ZooKeeperPaths.holds(root, path)),
          "exclude",
          () -> "'" + path + "' is not below an included path, so it excludes nothing; remove it");
    }
    checks.orThrow();
  }

  static ScopeConfig everything() {
    return new ScopeConfig(List.of("/"), List.of());
  }

  static ScopeConfig read(Section section) {
    List<String> include = section.strings("include", List.of("/"));
    List<String> exclude = section.strings("exclude", List.of());
    return section.build(() -> new ScopeConfig(include, exclude), everything());
  }

  private static boolean within(String root, String path) {
    return !root.equals(path) && ZooKeeperPaths.holds(root, path);
  }

  private static String notPath(String path) {
    return "'"
        + path
        + "' is not a path; give one like /managed-ledgers, without a slash at the end";
  }

  /** As the readers take it. */
  public Scope toScope() {
    return new Scope(
        include.stream().map(ZkPath::new).toList(), exclude.stream().map(ZkPath::new).toList());
  }
}
