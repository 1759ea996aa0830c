package io.metamigrate.verifier.decode;

/** A place in a managed ledger: an entry of a ledger. */
public record EntryPosition(long ledger, long entry) {
  @Override
  public String toString() {
    return ledger + ":" + entry;
  }
}
