package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.BookieComparison.CurrentContents;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.pulsar.BookieHttpClient;
import io.metamigrate.migrator.pulsar.BookieHttpClient.EntryLogFiles;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a bookie has: its cookie on either store, and the entry logs that it reports. */
record BookieReader(Registrations registrations, BookieAddresses web) {
  /** To be compared after its restart. */
  BookieContents before(Node bookie, MoveProgress progress, Instant attempt) {
    ZkPath path = Catalogue.COOKIES.child(bookie.id());
    Optional<EtcdEntry> key = registrations.key(path);
    Optional<Znode> znode = registrations.znode(path);
    Map<String, Long> created = new HashMap<>();
    key.ifPresent(entry -> created.put(Store.ETCD.title(), entry.createRevision().value()));
    znode.ifPresent(found -> created.put(Store.ZOOKEEPER.title(), found.czxid().value()));
    boolean onEtcd = registrations.onEtcd(bookie.id()).stream().anyMatch(EtcdEntry::isLeased);
    Optional<NodeData> there = key.map(EtcdEntry::data);
    Optional<NodeData> here = znode.map(Znode::data);
    EntryLogFiles files = BookieHttpClient.entryLogs(web.address(bookie.id()));
    return new BookieContents(
        bookie.id(),
        progress,
        attempt,
        (onEtcd ? there.or(() -> here) : here.or(() -> there)).map(BookieReader::text),
        created,
        EntryLogs.ofFiles(files.names()).ranges(),
        files.silence(),
        false);
  }

  CurrentContents now(Node bookie, Store side) {
    ZkPath path = Catalogue.COOKIES.child(bookie.id());
    EntryLogFiles files = BookieHttpClient.entryLogs(web.address(bookie.id(), side));
    EntryLogs logs = EntryLogs.ofFiles(files.names());
    if (side == Store.ETCD) {
      Optional<EtcdEntry> key = registrations.key(path);
      return new CurrentContents(
          key.map(entry -> text(entry.data())),
          key.map(entry -> entry.createRevision().value()),
          logs,
          files.silence());
    }
    Optional<Znode> znode = registrations.znode(path);
    return new CurrentContents(
        znode.map(found -> text(found.data())),
        znode.map(found -> found.czxid().value()),
        logs,
        files.silence());
  }

  private static String text(NodeData data) {
    return Base64.getEncoder().encodeToString(data.bytes());
  }
}
