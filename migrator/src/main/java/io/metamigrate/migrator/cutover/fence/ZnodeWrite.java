package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;

/** A write of one znode, of which {@link GuardedZooKeeper} carries out several at once. */
public sealed interface ZnodeWrite {
  ZkPath path();

  /** The size of its data. */
  default int bytes() {
    return 0;
  }

  /** Create a node for everybody, as Pulsar and BookKeeper do. */
  record Create(ZkPath path, NodeData data, boolean container) implements ZnodeWrite {
    @Override
    public int bytes() {
      return data.size();
    }
  }

  /** Create a node with the fence's access list, which ZooKeeper does not reap. */
  record CreateFenced(ZkPath path) implements ZnodeWrite {}

  /** Create an empty container with this access list. */
  record CreateContainer(ZkPath path, List<SavedAcl> acl) implements ZnodeWrite {
    public CreateContainer {
      acl = List.copyOf(acl);
    }
  }

  /** Set the data of a node that has this version. */
  record Set(ZkPath path, NodeData data, int version) implements ZnodeWrite {
    @Override
    public int bytes() {
      return data.size();
    }
  }

  /** Delete a node that has this data version. */
  record Delete(ZkPath path, int version) implements ZnodeWrite {}

  /**
   * Set the data of a node, or create it.
   *
   * @param there the node as it was read
   */
  static ZnodeWrite put(Optional<Znode> there, ZkPath path, NodeData data) {
    return there
        .<ZnodeWrite>map(znode -> new Set(path, data, znode.version()))
        .orElseGet(() -> new Create(path, data, false));
  }

  /** The operation of a multi. */
  default Op op() {
    String path = path().value();
    if (this instanceof Create create) {
      return Op.create(
          path,
          create.data().bytes(),
          openAcl(),
          create.container() ? CreateMode.CONTAINER : CreateMode.PERSISTENT);
    }
    if (this instanceof CreateFenced) {
      return Op.create(path, new byte[0], SavedAcl.list(SavedAcl.FENCE), CreateMode.PERSISTENT);
    }
    if (this instanceof CreateContainer create) {
      return Op.create(path, new byte[0], SavedAcl.list(create.acl()), CreateMode.CONTAINER);
    }
    if (this instanceof Set set) {
      return Op.setData(path, set.data().bytes(), set.version());
    }
    return Op.delete(path, ((Delete) this).version());
  }

  /** The access list of Pulsar's and BookKeeper's own nodes. */
  static List<ACL> openAcl() {
    return new ArrayList<>(Ids.OPEN_ACL_UNSAFE);
  }
}
