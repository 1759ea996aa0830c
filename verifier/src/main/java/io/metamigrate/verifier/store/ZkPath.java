package io.metamigrate.verifier.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apache.zookeeper.common.PathUtils;

/**
 * An absolute path below the source's chroot, which is also the key on etcd: Pulsar's {@code
 * EtcdMetadataStore} uses the path itself, without prefix. Ordered as etcd orders keys, by UTF-8
 * bytes.
 */
public record ZkPath(String value) implements Comparable<ZkPath> {
  public static final ZkPath ROOT = new ZkPath("/");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ZkPath {
    if (!value.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: '" + value + "'");
    }
  }

  /**
   * Whether ZooKeeper could hold such a path; a key that another writer put on etcd may not fit.
   */
  public boolean isLegalZnode() {
    try {
      PathUtils.validatePath(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public ZkPath child(String name) {
    return new ZkPath(value.length() == 1 ? "/" + name : value + "/" + name);
  }

  /** The path above; the root is its own parent. */
  public ZkPath parent() {
    int slash = value.lastIndexOf('/');
    return slash <= 0 ? ROOT : new ZkPath(value.substring(0, slash));
  }

  /** The last part of the path; empty for the root. */
  public String name() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  /** Whether this path is {@code other} or below it. */
  public boolean isAtOrBelow(ZkPath other) {
    return value.startsWith(other.value)
        && (value.length() == other.value.length()
            || other.value.length() == 1
            || value.charAt(other.value.length()) == '/');
  }

  @Override
  public int compareTo(ZkPath other) {
    return KeyOrder.compare(value, other.value);
  }

  /** The path that {@link #toString} shows. */
  public static ZkPath parse(String shown) {
    ZkPath parsed = new ZkPath(KeyText.parse(shown));
    return parsed.isLegalZnode() ? new ZkPath(shown) : parsed;
  }

  /** As one word of a command for a shell, which {@link #parse} reads again. */
  public String quoted() {
    return KeyText.quoted(value);
  }

  /** The command that deletes this key from etcd, for what no command of a move deletes. */
  public String deleteCommand() {
    return KeyText.deleteCommand(value);
  }

  /** For people; a key that is no text is shown as {@code /x/\xff}. */
  @JsonValue
  @Override
  public String toString() {
    return KeyText.printable(value);
  }
}
