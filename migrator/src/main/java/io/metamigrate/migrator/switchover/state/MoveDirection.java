package io.metamigrate.migrator.switchover.state;

import io.metamigrate.migrator.switchover.side.StoreKind;

/** Which way a move goes. */
public enum MoveDirection {
  FORWARD(StoreKind.ZOOKEEPER, StoreKind.ETCD),
  REVERSE(StoreKind.ETCD, StoreKind.ZOOKEEPER);

  private final StoreKind source;
  private final StoreKind target;

  MoveDirection(StoreKind source, StoreKind target) {
    this.source = source;
    this.target = target;
  }

  public StoreKind source() {
    return source;
  }

  public StoreKind target() {
    return target;
  }
}
