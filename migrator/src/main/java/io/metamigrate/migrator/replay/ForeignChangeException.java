package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;

/** A key in scope was changed by another writer; the run stops and names it. */
public final class ForeignChangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ZkPath path;

  ForeignChangeException(ZkPath path, String message) {
    super(message);
    this.path = path;
  }

  /** For a key that is not as it was last seen. */
  public static ForeignChangeException of(ZkPath path, Revision expected, Revision found) {
    return new ForeignChangeException(
        path,
        "etcd key %s changed by another writer: expected revision %s, found %s; run `migrate inspect %s`, then repair it or accept it with --accept-foreign %s"
            .formatted(path, name(expected), name(found), path, path));
  }

  /** For a change that the history of etcd shows. */
  public static ForeignChangeException found(ZkPath path, Revision at) {
    return new ForeignChangeException(
        path,
        "etcd key %s was changed by another writer at revision %s; run `migrate inspect %s`, then repair it or accept it with --accept-foreign %s"
            .formatted(path, at, path, path));
  }

  private static String name(Revision revision) {
    return revision.equals(Revision.ABSENT) ? "none (no such key)" : revision.toString();
  }

  public ZkPath path() {
    return path;
  }
}
