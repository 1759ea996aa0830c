package io.metamigrate.migrator.switchover.side.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.ReverseReconciler;
import io.metamigrate.migrator.cutover.WritePaths;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.OwnRevisions;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Watch;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * etcd keeps its history, so a look into it is the watch: it misses nothing until it is compacted.
 * A mark is the revision of an own transaction.
 */
final class EtcdWatch implements Watch {
  /** Name of the document that a mark puts. */
  private static final String DOCUMENT = "watched-from";

  private final MoveSession session;
  private boolean alive;

  EtcdWatch(MoveSession session) {
    this.session = session;
  }

  @Override
  public String begin(Permit permit) {
    session.states().put(session.authority(), DOCUMENT, session.journal().holder().getBytes(UTF_8));
    alive = true;
    return session.authority().lock().lastOwn().toString();
  }

  @Override
  public void resume() {
    alive = true;
  }

  @Override
  public boolean isAlive() {
    return alive;
  }

  @Override
  public Answer silentSince(String mark) {
    EtcdHistory.Answer history = history(revision(mark));
    if (history.compacted().isPresent()) {
      return Answer.no(
          "etcd was compacted up to revision %s, so its history since %s cannot be read"
              .formatted(history.compacted().get(), mark));
    }
    return history
        .foreign()
        .map(found -> Answer.no("%s changed at revision %s".formatted(found.path(), found.at())))
        .orElseGet(() -> Answer.yes("no change of others since revision " + mark));
  }

  /**
   * If the history shows a foreign change, or is compacted: what is newer than the mark, not of an
   * own transaction as far as that is known, and not what ZooKeeper has.
   */
  @Override
  public List<String> writesSince(String mark) {
    EtcdHistory.Answer history = history(revision(mark));
    if (history.foreign().isEmpty() && history.compacted().isEmpty()) {
      return List.of();
    }
    session.stores().zookeeper().bringUpToDate();
    Set<Revision> own = OwnRevisions.read(session.stores().etcd());
    Set<ZkPath> cookies = session.cookiesOfBookies();
    List<String> found = new ArrayList<>();
    try (PathIndex paths =
        new TreeListing(session.stores().znodes(), listed -> {}).list(session.scope())) {
      session
          .stores()
          .both()
          .read(
              paths,
              session.scope(),
              session.stores().keys().revision(),
              pairs ->
                  pairs.stream()
                      .filter(pair -> ReverseReconciler.change(pair).isPresent())
                      .flatMap(pair -> pair.target().stream())
                      .filter(entry -> entry.modRevision().compareTo(revision(mark)) > 0)
                      .filter(entry -> !own.contains(entry.modRevision()))
                      .map(EtcdEntry::path)
                      .filter(path -> !cookies.contains(path))
                      .filter(path -> !path.equals(WritePaths.REPLICATION_DISABLED))
                      .forEach(path -> found.add("created " + path)));
    }
    return found;
  }

  private EtcdHistory.Answer history(Revision since) {
    return EtcdHistory.between(
        session.stores().etcd(),
        since,
        session.stores().keys().revision(),
        session.scope(),
        session.cookiesOfBookies());
  }

  private static Revision revision(String mark) {
    return mark.isEmpty() ? Revision.ABSENT : new Revision(Long.parseLong(mark));
  }
}
