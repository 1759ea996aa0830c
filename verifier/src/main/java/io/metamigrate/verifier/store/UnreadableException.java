package io.metamigrate.verifier.store;

/** ZooKeeper refused to let this session read a znode ({@code NOAUTH}). */
public final class UnreadableException extends StoreException {
  private static final long serialVersionUID = 1L;

  UnreadableException(ZkPath path, ZooKeeperSettings settings) {
    super(
        Store.ZOOKEEPER,
        "ZooKeeper at %s does not let %s read %s: NOAUTH; check source.sasl, and that this user may read every znode"
            .formatted(settings, settings.sessionOwner(), path));
  }
}
