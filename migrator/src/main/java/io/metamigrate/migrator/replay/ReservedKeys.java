package io.metamigrate.migrator.replay;

import io.etcd.jetcd.ByteSequence;
import io.metamigrate.verifier.store.EtcdConnection;

/** The daemon's own keys: without a leading slash, so that no scan of Pulsar's sees them. */
final class ReservedKeys {
  static final String PREFIX = "metamigrate/";
  static final ByteSequence LOCK = key("lock");
  static final ByteSequence DIRECTION = key("direction");
  static final ByteSequence CHECKPOINT = key("checkpoint");
  static final ByteSequence IDENTITY = key("identity");

  /** Put by every own transaction: a revision at which it changed is an own revision. */
  static final ByteSequence MARK = key("mark");

  private ReservedKeys() {}

  static ByteSequence key(String name) {
    return EtcdConnection.bytes(PREFIX + name);
  }
}
