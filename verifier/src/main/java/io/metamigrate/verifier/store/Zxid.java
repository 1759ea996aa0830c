package io.metamigrate.verifier.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * ZooKeeper's transaction id: epoch in the high, counter in the low 32 bits (ZooKeeper {@code
 * ZxidUtils}).
 */
public record Zxid(long value) implements Comparable<Zxid> {
  public static final Zxid NONE = new Zxid(0);

  /**
   * Itself if it is of a change. The first number of an epoch is of none: a new leader answers with
   * it before the first change, when its followers still answer with the last change before
   * (Leader, {@code newLeaderProposal}).
   */
  public Zxid ofChange() {
    return (value & 0xffff_ffffL) == 0 ? NONE : this;
  }

  public Zxid max(Zxid other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public int compareTo(Zxid other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Reads what {@link #toString} prints. */
  @JsonCreator
  public static Zxid parse(String hex) {
    return new Zxid(Long.parseUnsignedLong(hex.substring(2), 16));
  }

  /** As ZooKeeper's own logs print it ({@code ZxidUtils.zxidToString}). */
  @JsonValue
  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}
