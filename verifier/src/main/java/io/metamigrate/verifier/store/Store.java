package io.metamigrate.verifier.store;

/** The two stores, named as operators name them. */
public enum Store {
  ZOOKEEPER("ZooKeeper"),
  ETCD("etcd");

  private final String title;

  Store(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  public Store other() {
    return this == ETCD ? ZOOKEEPER : ETCD;
  }
}
