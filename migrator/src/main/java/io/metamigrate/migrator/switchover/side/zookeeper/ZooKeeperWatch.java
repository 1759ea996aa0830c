package io.metamigrate.migrator.switchover.side.zookeeper;

import io.metamigrate.migrator.cutover.ReverseReconciler;
import io.metamigrate.migrator.cutover.WritePaths;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWriteWatch;
import io.metamigrate.migrator.cutover.fence.LateWrites;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Watch;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sees late writes by recursive watches in each ensemble, which live in this process. A mark is the
 * zxid of a node of the tool's own, by ensemble: {@code LOCAL 0x1a, CONFIGURATION 0x7}.
 */
final class ZooKeeperWatch implements Watch, AutoCloseable {
  private final MoveSession session;
  private final List<LateWriteWatch> watches = new ArrayList<>();
  private String begun = "";

  ZooKeeperWatch(MoveSession session) {
    this.session = session;
  }

  @Override
  public String begin(Permit permit) {
    begun = rewatch();
    return begun;
  }

  @Override
  public void resume() {
    String unused = rewatch();
    begun = "";
  }

  private String rewatch() {
    close();
    Map<Ensemble, Zxid> marks = new EnumMap<>(Ensemble.class);
    Stores stores = session.stores();
    for (Ensemble ensemble : stores.ensembles()) {
      LateWriteWatch.Armed armed =
          LateWriteWatch.begin(
              ZooKeeperConnection.open(stores.connection(ensemble).settings()),
              ensemble,
              stores.keys(),
              session.scope(),
              session.zookeeper(ensemble));
      watches.add(armed.watch());
      marks.put(ensemble, armed.mark());
    }
    return marks.entrySet().stream()
        .map(mark -> mark.getKey() + " " + mark.getValue())
        .collect(Collectors.joining(", "));
  }

  @Override
  public boolean isAlive() {
    return !watches.isEmpty();
  }

  @Override
  public Answer silentSince(String mark) {
    if (!isAlive() || !mark.equals(begun)) {
      return Answer.no("this process does not watch ZooKeeper since the mark " + mark);
    }
    watches.forEach(LateWriteWatch::settle);
    if (watches.stream().anyMatch(watch -> watch.gaps() > 0)) {
      return Answer.no("the watch on ZooKeeper lost its connection and may have missed a change");
    }
    Set<ZkPath> cookies = session.cookiesOfBookies();
    return Answer.noneOf(
        "silent since " + mark,
        watches.stream()
            .flatMap(watch -> watch.found().stream())
            .filter(late -> !cookies.contains(late.path()))
            .map(LateWrite::toString)
            .toList());
  }

  /**
   * What is newer than the mark and not what etcd has, so that what the tool carried there is none.
   * Drawn ids leave nothing to be lost and are left to the counters; the flag of replication is
   * left to the step that keeps whose it is.
   */
  @Override
  public List<String> writesSince(String mark) {
    session.stores().zookeeper().bringUpToDate();
    Map<Ensemble, Zxid> marks = marks(mark);
    List<String> found = new ArrayList<>();
    for (Ensemble ensemble : session.stores().ensembles()) {
      Zxid since = marks.getOrDefault(ensemble, Zxid.NONE);
      ZnodeReader tree = session.stores().tree(ensemble);
      try (PathIndex paths = new TreeListing(tree, listed -> {}).list(session.scope())) {
        new DualReader(tree, session.stores().keys())
            .read(
                paths,
                session.scope(),
                session.stores().keys().revision(),
                pairs ->
                    pairs.stream()
                        .filter(pair -> ReverseReconciler.change(pair).isPresent())
                        .filter(pair -> !pair.path().parent().equals(Catalogue.COOKIES))
                        .filter(pair -> !pair.path().equals(WritePaths.REPLICATION_DISABLED))
                        .flatMap(pair -> pair.source().stream())
                        .flatMap(znode -> LateWrites.found(session.scope(), znode, since).stream())
                        .map(late -> late.kind() + " " + late.path())
                        .forEach(found::add));
      }
    }
    return found;
  }

  static Map<Ensemble, Zxid> marks(String mark) {
    Map<Ensemble, Zxid> marks = new EnumMap<>(Ensemble.class);
    for (String part :
        Optional.of(mark).filter(text -> !text.isEmpty()).stream()
            .flatMap(text -> List.of(text.split(", ", -1)).stream())
            .toList()) {
      String[] words = part.split(" ", 2);
      marks.put(Ensemble.valueOf(words[0]), Zxid.parse(words[1]));
    }
    return marks;
  }

  @Override
  public void close() {
    watches.forEach(LateWriteWatch::close);
    watches.clear();
  }
}
