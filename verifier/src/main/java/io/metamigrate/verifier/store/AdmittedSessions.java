package io.metamigrate.verifier.store;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** Lets a connection's guard look at each new session once. Safe for use by several threads. */
final class AdmittedSessions {
  private final ZooKeeperConnection connection;
  private final AtomicLong reconnects = new AtomicLong();
  private volatile @Nullable AdmittedSession admitted;
  private Zxid seen = Zxid.NONE;

  /**
   * A session that may be used.
   *
   * @param reconnects how often the connection had come back when it was checked
   */
  private record AdmittedSession(ZxidClient client, long reconnects) {}

  private interface SessionRequest<T> {
    T answer() throws KeeperException, InterruptedException;
  }

  AdmittedSessions(ZooKeeperConnection connection) {
    this.connection = connection;
    connection
        .curator()
        .getConnectionStateListenable()
        .addListener(
            (curator, state) -> {
              if (state == ConnectionState.RECONNECTED) {
                reconnects.incrementAndGet();
              }
            });
  }

  /** Asks the guard unless it has admitted this session since the connection last came back. */
  void admit(ZxidClient client) {
    if (!isAdmitted(client)) {
      checkAgain(client);
    }
  }

  /** Asks the guard in any case. */
  synchronized void checkAgain(ZxidClient client) {
    long now = reconnects.get();
    connection.settings().guard().admit(new OpenedSession(client, seen()));
    admitted = new AdmittedSession(client, now);
  }

  private boolean isAdmitted(ZxidClient client) {
    AdmittedSession last = admitted;
    return last != null && last.client() == client && last.reconnects() == reconnects.get();
  }

  /** The highest zxid that an admitted session was answered with. */
  synchronized Zxid seen() {
    AdmittedSession last = admitted;
    if (last != null) {
      seen = seen.max(last.client().seen().ofChange());
    }
    return seen;
  }

  /** One session, as the guard sees it. */
  private final class OpenedSession implements SessionGuard.Session {
    /** For a znode that may not be read: later than any zxid, so that no change is concluded. */
    private static final ZnodeZxids UNREADABLE =
        new ZnodeZxids(
            new Zxid(Long.MAX_VALUE),
            new Zxid(Long.MAX_VALUE),
            new Zxid(Long.MAX_VALUE),
            Integer.MAX_VALUE);

    private final ZxidClient client;
    private final Zxid before;

    OpenedSession(ZxidClient client, Zxid before) {
      this.client = client;
      this.before = before;
    }

    @Override
    public SourceSnapshot snapshot() {
      return ask(() -> SourceSnapshot.of(connection, client));
    }

    @Override
    public Optional<ZnodeZxids> stamps(ZkPath path) {
      return ask(
          () -> {
            try {
              return Optional.ofNullable(client.exists(path.value(), false))
                  .map(
                      stat ->
                          new ZnodeZxids(
                              new Zxid(stat.getCzxid()),
                              new Zxid(stat.getMzxid()),
                              new Zxid(stat.getPzxid()),
                              stat.getVersion()));
            } catch (KeeperException.NoAuthException e) {
              return Optional.of(UNREADABLE);
            }
          });
    }

    private <T> T ask(SessionRequest<T> question) {
      long until = System.nanoTime() + connection.settings().timeout().toNanos();
      try {
        while (true) {
          try {
            return question.answer();
          } catch (KeeperException e) {
            // A session that is over does not come back; the next one is another client's.
            if (e.code() == KeeperException.Code.SESSIONEXPIRED
                || !ZooKeeperConnection.isConnection(e.code())
                || System.nanoTime() > until) {
              throw connection.unreachable(e);
            }
          }
          Thread.sleep(ZooKeeperConnection.RETRY_DELAY.toMillis());
        }
      } catch (InterruptedException e) {
        throw ZnodeReader.interrupted(e);
      }
    }

    @Override
    public Zxid seen() {
      return before;
    }

    @Override
    public Zxid highestOfServers() {
      return ServerZxid.highest(connection.settings());
    }

    @Override
    public boolean servesAlone() {
      return ServerMode.isStandalone(connection.settings());
    }

    @Override
    public ZooKeeperSettings settings() {
      return connection.settings();
    }
  }
}
