package io.metamigrate.verifier.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a znode or key. ZooKeeper's null and empty data are the same here: empty. Immutable.
 */
public final class NodeData {
  public static final NodeData EMPTY = new NodeData(new byte[0]);

  private final byte[] bytes;

  private NodeData(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Wraps without copying; the caller gives the array away. */
  public static NodeData of(byte @Nullable [] bytes) {
    return bytes == null || bytes.length == 0 ? EMPTY : new NodeData(bytes);
  }

  /** The array itself, not a copy; readers only. */
  public byte[] bytes() {
    return bytes;
  }

  /** In bytes. */
  public int size() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeData that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Never the content: values may hold credentials. */
  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
