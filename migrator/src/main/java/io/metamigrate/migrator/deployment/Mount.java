package io.metamigrate.migrator.deployment;

import static java.util.Objects.requireNonNull;

/**
 * A volume as a container sees it.
 *
 * @param path where it is mounted, absolute
 * @param storage how long its files last
 * @param source what it is, for messages: {@code emptyDir data}, {@code volume bookie-1}
 */
public record Mount(String path, Storage storage, String source) {
  /** Whether the files are kept when the pod or container is replaced. */
  public enum Storage {
    /** They stay. */
    KEPT,
    /** They stay on one host, and the next pod may come up on another. */
    HOST,
    /** The next container gets them unless the one before was removed meanwhile. */
    TRANSFERRED,
    /** As {@link #TRANSFERRED}, and only the image names the folder, whatever is in it. */
    DECLARED,
    /** They go with the pod or container. */
    LOST,
    /** They come from an object such as a ConfigMap. */
    GIVEN
  }

  public Mount {
    path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    requireNonNull(storage, "storage");
    requireNonNull(source, "source");
  }

  /** Whether this folder is in the volume, or is it. */
  boolean holds(String folder) {
    return path.equals("/") || folder.equals(path) || folder.startsWith(path + "/");
  }
}
