package io.metamigrate.verifier.store;

/** ZooKeeper's transaction id: epoch in the high, counter in the low 32 bits. */
public record Zxid(long value) implements Comparable<Zxid> {
  public static final Zxid NONE = new Zxid(0);

  public Zxid max(Zxid other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public int compareTo(Zxid other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** As ZooKeeper's own logs print it. */
  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}
