package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.List;

/** Carries metadata from one store to the other and compares both. */
public interface Copier {
  Direction direction();

  void changeDirection(Permit permit, Direction direction);

  /**
   * Keeps etcd up to date with ZooKeeper from now on, in this process, if that is the direction.
   */
  void follow(Permit permit);

  /** Applies to the other store whatever this one has and that one has not, deletions included. */
  void apply(Permit permit, StoreKind from);

  /** What of the content of that store the other one would refuse or could not read. */
  List<String> obstacles(StoreKind from);

  /** Whether both stores hold the same cookie of a bookie. */
  boolean isSameCookie(String bookie);

  /** Gives ZooKeeper the cookie that a bookie changed on etcd. */
  void copyCookieBack(Permit permit, String bookie);

  /** Compares both in full; empty if they are equal, cookies that bookies own aside. */
  List<String> differences(StoreKind from);

  /** Ledgers that topics on that store need and that it does not list. */
  List<String> brokenReferences(StoreKind store);
}
