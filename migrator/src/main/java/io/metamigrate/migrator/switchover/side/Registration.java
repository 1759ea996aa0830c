package io.metamigrate.migrator.switchover.side;

/**
 * A registration of a bookie or a broker.
 *
 * @param id the node's id
 * @param owner whose it is
 * @param writable false: the bookie is read-only, which counts as present
 */
public record Registration(String id, Owner owner, boolean writable) {
  /** Who holds a registration. */
  public enum Owner {
    /** The node, by its own session or lease. */
    NODE,
    /** A mirror of this tool. */
    MIRROR
  }

  public boolean isOwn() {
    return owner == Owner.NODE;
  }
}
