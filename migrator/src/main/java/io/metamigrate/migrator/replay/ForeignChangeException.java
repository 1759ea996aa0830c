package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;

/** A key in scope was changed by another writer; the run stops and names it. */
public final class ForeignChangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ZkPath path;
  private final String what;
  private final String remedy;

  ForeignChangeException(ZkPath path, String what, String remedy) {
    super(what + "; " + remedy);
    this.path = path;
    this.what = what;
    this.remedy = remedy;
  }

  /** For a key that is not as it was last seen. */
  public static ForeignChangeException of(ZkPath path, Revision expected, Revision found) {
    return new ForeignChangeException(
        path,
        "etcd key %s changed by another writer: expected revision %s, found %s"
            .formatted(path, name(expected), name(found)),
        remedy(path));
  }

  /** For a change that the history of etcd shows. */
  public static ForeignChangeException found(ZkPath path, Revision at) {
    return new ForeignChangeException(
        path,
        "etcd key %s was changed by another writer at revision %s".formatted(path, at),
        remedy(path));
  }

  private static String remedy(ZkPath path) {
    return path.isLegalZnode()
        ? "look at it with `migrate inspect %s`; to replace it with ZooKeeper's state, run again with --accept-foreign %s"
            .formatted(path.quoted(), path.quoted())
        : "no znode can have this name; to delete it, run again with --accept-foreign %s"
            .formatted(path.quoted());
  }

  private static String name(Revision revision) {
    return revision.equals(Revision.ABSENT) ? "none (no such key)" : revision.toString();
  }

  public ZkPath path() {
    return path;
  }

  /** What was found, without the remedy. */
  public String what() {
    return what;
  }

  public String remedy() {
    return remedy;
  }
}
