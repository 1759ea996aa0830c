package io.metamigrate.migrator.switchover.state.etcd;

import io.metamigrate.migrator.cutover.StopFile;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveStore;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One key, put under the lock and in place of the revision that this process last saw. Once
 * ZooKeeper is claimed, a copy is there as well, for an etcd that is gone; one that ZooKeeper does
 * not take is logged, since the document on etcd decides. For one thread.
 */
public final class EtcdMoveStore implements MoveStore {
  /** Name of the document. */
  static final String DOCUMENT = "moves";

  private static final ZkPath COPY = GuardedZooKeeper.GUARD.child(DOCUMENT);
  private static final Logger LOG = LoggerFactory.getLogger(EtcdMoveStore.class);

  private final MoveSession session;
  private final PhaseKeeper phases;
  private final Path folder;
  private final Consumer<String> print;
  private Revision at = Revision.ABSENT;

  /**
   * Prepares.
   *
   * @param folder for stops that etcd does not take
   * @param print shows the operator a line
   */
  public EtcdMoveStore(MoveSession session, Path folder, Consumer<String> print) {
    this.session = session;
    this.phases = new PhaseKeeper(session.journal(), () -> session.stores().keys().revision());
    this.folder = folder;
    this.print = print;
  }

  @Override
  public Optional<MoveDocument> read() {
    Optional<StateStore.Document> found = session.states().find(DOCUMENT);
    at = found.map(StateStore.Document::at).orElse(Revision.ABSENT);
    Optional<MoveDocument> document =
        found.map(StateStore.Document::value).map(NodeData::bytes).map(MoveCodec::read);
    document.ifPresent(session::know);
    return document;
  }

  @Override
  public void save(MoveDocument document) {
    byte[] json = MoveCodec.write(document);
    at = session.states().replace(session.authority(), DOCUMENT, json, at);
    session.know(document);
    phases.follow(document);
    if (session.isHeld()) {
      copy(NodeData.of(json));
    }
  }

  private void copy(NodeData json) {
    try {
      GuardedZooKeeper zookeeper = session.zookeeper(Ensemble.LOCAL);
      boolean there = session.stores().znodes().read(COPY).isPresent();
      Object unused =
          zookeeper.write(
              there ? new Change.Set(COPY, json, -1) : new Change.Create(COPY, json, false));
    } catch (StoreException e) {
      LOG.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("ZooKeeper has no copy of the last change of the move");
    }
  }

  /** The copy in ZooKeeper. */
  public static Optional<MoveDocument> copyIn(MoveSession session) {
    return session.stores().znodes().read(COPY).map(znode -> MoveCodec.read(znode.data().bytes()));
  }

  @Override
  public void confirm() {
    session.journal().confirm();
  }

  @Override
  public void enter(String phase) {
    phases.enter(phase);
  }

  @Override
  public void keepLocally(Stop stop) {
    print.accept(
        new StopFile(folder)
            .write(
                new StopFile.Content(
                    session.configuration().requireClusterName(),
                    stop.step(),
                    stop.reason(),
                    "etcd did not take it",
                    stop.at(),
                    stop.next())));
  }
}
