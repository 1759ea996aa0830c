package io.metamigrate.migrator.cutover.fence;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/**
 * One entry of an access list, as it is persisted.
 *
 * @param permissions bits as in {@link org.apache.zookeeper.ZooDefs.Perms}
 */
public record SavedAcl(int permissions, String scheme, String id) {
  /**
   * The rights on a fenced node: read, so that the daemon can check it, and admin, so that the
   * fence can be undone; after read alone nobody but a superuser can.
   */
  static final List<SavedAcl> FENCE =
      List.of(new SavedAcl(Perms.READ | Perms.ADMIN, "world", "anyone"));

  /**
   * The access list that Pulsar ({@code ZKMetadataStore}) and BookKeeper ({@code ZkUtils.getACLs})
   * give their nodes if no security is configured.
   */
  public static final List<SavedAcl> OPEN = List.of(new SavedAcl(Perms.ALL, "world", "anyone"));

  static SavedAcl of(ACL acl) {
    return new SavedAcl(acl.getPerms(), acl.getId().getScheme(), acl.getId().getId());
  }

  static List<SavedAcl> of(List<ACL> acls) {
    return acls.stream().map(SavedAcl::of).toList();
  }

  /**
   * A list that can be changed: ZooKeeper's client asks it whether it contains null ({@code
   * ZooKeeper.validateACL}).
   */
  static List<ACL> list(List<SavedAcl> saved) {
    List<ACL> acls = new ArrayList<>();
    saved.forEach(one -> acls.add(new ACL(one.permissions(), new Id(one.scheme(), one.id()))));
    return acls;
  }
}
