package io.metamigrate.verifier.diff;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.KeyText;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One SHA-256 for each store, over the nodes that are copied, in the order of their paths' UTF-8
 * bytes: the path, a byte 0, the value's length in four bytes with the highest first, the value.
 * Left out are counters, nodes with an owner or a lease, and parents that hold nothing, which
 * ZooKeeper removes by itself ({@code ContainerManager}). So a ZooKeeper that nobody writes to
 * keeps its digest. For one thread.
 */
public final class ContentDigest {
  private final MessageDigest zookeeper = sha256();
  private Optional<MessageDigest> etcd = Optional.empty();
  private Optional<MessageDigest> local = Optional.empty();

  /** Pairs come in key order. */
  public void add(Pair pair) {
    Family family = Catalogue.of(pair.path());
    Optional<NodeData> source =
        pair.source()
            .filter(znode -> !znode.isEphemeral())
            .map(Znode::data)
            .filter(data -> counts(family, data));
    Optional<NodeData> target =
        pair.target()
            .filter(key -> !key.isLeased())
            .map(EtcdEntry::data)
            .filter(data -> counts(family, data));
    if (etcd.isEmpty() && !source.equals(target)) {
      etcd = Optional.of(copy(zookeeper));
    }
    boolean isLocal = pair.source().filter(z -> z.ensemble() != Ensemble.LOCAL).isEmpty();
    if (local.isEmpty() && !isLocal) {
      local = Optional.of(copy(zookeeper));
    }
    source.ifPresent(data -> update(zookeeper, pair.path(), data));
    local
        .filter(own -> isLocal)
        .ifPresent(own -> source.ifPresent(data -> update(own, pair.path(), data)));
    etcd.ifPresent(own -> target.ifPresent(data -> update(own, pair.path(), data)));
  }

  /** Of all that was added; nothing can be added afterwards. */
  public Digest result() {
    Optional<String> other = etcd.map(ContentDigest::hex);
    Optional<String> here = local.map(ContentDigest::hex);
    String own = hex(zookeeper);
    return new Digest(own, other.orElse(own), here.orElse(own));
  }

  private static boolean counts(Family family, NodeData data) {
    return switch (family.action()) {
      case COPY -> !family.structural() || !data.isEmpty();
      case SKIP -> family.structural() && !data.isEmpty();
      case SEED -> false;
    };
  }

  private static void update(MessageDigest digest, ZkPath path, NodeData data) {
    digest.update(KeyText.encode(path.value()));
    digest.update((byte) 0);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(data.size()).array());
    digest.update(data.bytes());
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this Java cannot be copied", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
