package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.List;

/** Carries metadata from one store to the other and compares both. */
public interface Copier {
  Direction direction();

  void turn(Permit permit, Direction direction);

  /** Applies to the other store whatever this one has and that one has not, deletions included. */
  void apply(Permit permit, StoreKind from);

  /** Compares both in full; empty if they are equal, cookies that bookies own aside. */
  List<String> differences(StoreKind from);

  /** Ledgers that topics on that store need and that it does not list. */
  List<String> brokenReferences(StoreKind store);
}
