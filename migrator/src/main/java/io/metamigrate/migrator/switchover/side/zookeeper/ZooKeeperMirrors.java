package io.metamigrate.migrator.switchover.side.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Mirrors;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Persistent znodes for bookies that run on etcd. Which of them are the tool's is kept in a
 * document on etcd, written before the first is made.
 */
final class ZooKeeperMirrors implements Mirrors, AutoCloseable {
  /** Name of the document: one path a line. */
  private static final String DOCUMENT = "mirrors";

  private final MoveSession session;
  private @Nullable RegistrationBridge bridge;

  ZooKeeperMirrors(MoveSession session) {
    this.session = session;
  }

  @Override
  public void start(Permit permit) {
    if (!isRunning()) {
      stop();
      RegistrationBridge starting =
          new RegistrationBridge(
              session.registrations(), session.zookeeper(Ensemble.LOCAL), this::listed, this::list);
      starting.start();
      bridge = starting;
    }
  }

  @Override
  public void stop() {
    if (bridge != null) {
      bridge.close();
      bridge = null;
    }
  }

  @Override
  public boolean isRunning() {
    RegistrationBridge running = bridge;
    return running != null && running.fatal().isEmpty();
  }

  @Override
  public Set<String> present() {
    Map<ZkPath, Znode> znodes = session.registrations().bookiesOnZooKeeper();
    Set<String> bookies = new TreeSet<>();
    for (ZkPath path : listed()) {
      Znode znode = znodes.get(path);
      if (znode != null && !znode.isEphemeral()) {
        bookies.add(path.name());
      }
    }
    return bookies;
  }

  @Override
  public void remove(Permit permit, String bookie) {
    SortedSet<ZkPath> own = new TreeSet<>(Registrations.of(bookie));
    own.retainAll(listed());
    RegistrationBridge.removeAll(
        session.registrations(),
        session.zookeeper(Ensemble.LOCAL),
        own,
        left -> {
          SortedSet<ZkPath> all = listed();
          all.removeAll(own);
          all.addAll(left);
          list(all);
        });
  }

  private SortedSet<ZkPath> listed() {
    return session.states().get(DOCUMENT).map(bytes -> new String(bytes, UTF_8)).stream()
        .flatMap(String::lines)
        .map(ZkPath::new)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void list(SortedSet<ZkPath> own) {
    String text = own.stream().map(ZkPath::value).collect(Collectors.joining("\n"));
    session.states().put(session.authority(), DOCUMENT, text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    stop();
  }
}
