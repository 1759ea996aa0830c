package io.metamigrate.migrator.switchover.side;

/** Which of the two stores. */
public enum StoreKind {
  ZOOKEEPER("ZooKeeper"),
  ETCD("etcd");

  private final String title;

  StoreKind(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
