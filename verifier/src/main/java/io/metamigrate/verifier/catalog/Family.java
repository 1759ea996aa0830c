package io.metamigrate.verifier.catalog;

/**
 * Paths that are the same kind of thing.
 *
 * @param prefix how the family is shown to the operator
 * @param owner who writes it
 * @param reason why the action is what it is; for {@link Action#SKIP} also the name under which a
 *     skipped node is counted
 * @param structural whether the path only holds others: Pulsar creates such parents as containers
 *     ({@code ZKMetadataStore}), which ZooKeeper removes when they are empty ({@code
 *     ContainerManager}); etcd needs no parents
 */
public record Family(String prefix, Owner owner, Action action, String reason, boolean structural) {

  /** Who writes the paths of a family. */
  public enum Owner {
    BOOKKEEPER,
    PULSAR,
    ZOOKEEPER,
    UNKNOWN
  }

  static Family copy(String prefix, Owner owner) {
    return new Family(prefix, owner, Action.COPY, "same key, same bytes", false);
  }

  static Family seed(String prefix, Owner owner, String reason) {
    return new Family(prefix, owner, Action.SEED, reason, false);
  }

  static Family skip(String prefix, Owner owner, String reason) {
    return new Family(prefix, owner, Action.SKIP, reason, false);
  }

  Family asStructural() {
    return new Family(prefix, owner, action, reason, true);
  }

  public boolean isKnown() {
    return owner != Owner.UNKNOWN;
  }
}
