package io.metamigrate.verifier.check;

import java.util.Arrays;

/**
 * A set of longs that takes 12 to 24 bytes for each: a million ledger ids in 16 MB. For one thread.
 */
public final class LongSet {
  /** Marks a free slot; the value itself is kept aside. */
  private static final long FREE = Long.MIN_VALUE;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private long[] slots = new long[16];
  private int used;
  private boolean hasFree;

  public LongSet() {
    Arrays.fill(slots, FREE);
  }

  /** Whether it was not there before. */
  public boolean add(long value) {
    if (value == FREE) {
      boolean added = !hasFree;
      hasFree = true;
      return added;
    }
    int slot = slot(value);
    if (slots[slot] == value) {
      return false;
    }
    slots[slot] = value;
    used++;
    if (used > slots.length / 3 * 2) {
      grow();
    }
    return true;
  }

  /** Whether this id was added. */
  public boolean contains(long value) {
    return value == FREE ? hasFree : slots[slot(value)] == value;
  }

  int size() {
    return used + (hasFree ? 1 : 0);
  }

  /** Where the value is, or else where it would be written. */
  private int slot(long value) {
    int mask = slots.length - 1;
    // the highest bits are spread best
    int slot = (int) ((value * SPREAD) >>> (Long.SIZE - Integer.bitCount(mask)));
    while (slots[slot] != FREE && slots[slot] != value) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    Arrays.fill(slots, FREE);
    for (long value : old) {
      if (value != FREE) {
        slots[slot(value)] = value;
      }
    }
  }
}
