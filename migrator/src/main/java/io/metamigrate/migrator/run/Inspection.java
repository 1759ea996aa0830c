package io.metamigrate.migrator.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.decode.Values;
import io.metamigrate.verifier.report.Table;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/** One path on both sides, decoded; also the JSON document of {@code inspect}. */
public record Inspection(
    ZkPath path,
    String group,
    String action,
    String reason,
    Optional<SourceNode> zookeeper,
    Optional<TargetKey> etcd) {

  /**
   * The state on ZooKeeper.
   *
   * @param stat its fields are fields of the document
   */
  record SourceNode(int bytes, @JsonUnwrapped Stat stat, String value) {}

  /** ZooKeeper's own record of a znode. */
  record Stat(
      String czxid, String mzxid, int version, int cversion, int children, boolean ephemeral) {}

  /**
   * The state on etcd.
   *
   * @param exactVersion that the znode's changes would give the key; empty without a znode
   */
  record TargetKey(
      int bytes,
      long createRevision,
      long modRevision,
      long version,
      Optional<Long> exactVersion,
      boolean leased,
      String value) {}

  public static Inspection of(Stores stores, ZkPath path) {
    Family family = Catalogue.of(path);
    Optional<Znode> znode = stores.znodes().read(path);
    return new Inspection(
        path,
        family.prefix(),
        family.action().name().toLowerCase(java.util.Locale.ROOT),
        family.reason(),
        znode.map(Inspection::source),
        stores.keys().read(path).map(entry -> target(entry, znode)));
  }

  private static SourceNode source(Znode znode) {
    return new SourceNode(
        znode.data().size(),
        new Stat(
            znode.czxid().toString(),
            znode.mzxid().toString(),
            znode.version(),
            znode.cversion(),
            znode.numChildren(),
            znode.isEphemeral()),
        decoded(znode.path(), znode.data()));
  }

  private static TargetKey target(EtcdEntry entry, Optional<Znode> znode) {
    return new TargetKey(
        entry.data().size(),
        entry.createRevision().value(),
        entry.modRevision().value(),
        entry.version(),
        znode.map(Znode::keyVersion),
        entry.isLeased(),
        decoded(entry.path(), entry.data()));
  }

  private static String decoded(ZkPath path, NodeData data) {
    return Values.describe(path.value(), data.bytes());
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(path).append('\n');
    text.append(new Table().row("group", group).row("action", action + " (" + reason + ")"));
    text.append("ZooKeeper\n");
    text.append(
        zookeeper
            .map(
                z ->
                    new Table()
                            .row("version", z.stat().version(), "cversion", z.stat().cversion())
                            .row("czxid", z.stat().czxid(), "mzxid", z.stat().mzxid())
                            .row("children", z.stat().children(), "ephemeral", z.stat().ephemeral())
                        + indent(z.value()))
            .orElse("  no such znode\n"));
    text.append("etcd\n");
    text.append(
        etcd.map(
                e ->
                    new Table()
                            .row("version", version(e), "leased", e.leased())
                            .row("created at", e.createRevision(), "changed at", e.modRevision())
                        + indent(e.value()))
            .orElse("  no such key\n"));
    return text.toString();
  }

  private static String version(TargetKey target) {
    return target
        .exactVersion()
        .filter(exact -> exact != target.version())
        .map(exact -> "%d, ZooKeeper's would be %d".formatted(target.version(), exact))
        .orElseGet(() -> Long.toString(target.version()));
  }

  private static String indent(String value) {
    return value.indent(2);
  }
}
