package io.metamigrate.migrator.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/**
 * Directories that Pulsar's {@code EtcdMetadataStore} cannot list: it takes the directory's path
 * for a regular expression when it cuts it off its children's keys ({@code replaceFirst}). For one
 * thread.
 */
public final class UnsafeNames {
  private static final int KEPT = 20;
  private static final String SUSPECT = "\\^$|?*+()[]{}";

  private final List<String> first = new ArrayList<>();
  private long count;

  void add(String directory) {
    if (isUnsafe(directory)) {
      count++;
      if (first.size() < KEPT) {
        first.add(directory);
      }
    }
  }

  static boolean isUnsafe(String directory) {
    if (directory.chars().noneMatch(c -> SUSPECT.indexOf(c) >= 0)) {
      return false;
    }
    String prefix = directory + "/";
    try {
      return !(prefix + "x").replaceFirst(prefix, "").equals("x");
    } catch (PatternSyntaxException e) {
      return true;
    }
  }

  /** The number of directories with such a name. */
  public long count() {
    return count;
  }

  /** The first of them, in key order. */
  public List<String> first() {
    return List.copyOf(first);
  }
}
