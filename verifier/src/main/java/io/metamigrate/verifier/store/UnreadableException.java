package io.metamigrate.verifier.store;

/** ZooKeeper refused to let this session read a znode ({@code NOAUTH}). */
public final class UnreadableException extends StoreException {
  private static final long serialVersionUID = 1L;

  UnreadableException(ZkPath path) {
    super(
        Store.ZOOKEEPER,
        "ZooKeeper refused to read %s: NOAUTH; the daemon needs credentials with read permission on every znode (source.sasl or digest in the configuration)"
            .formatted(path));
  }
}
