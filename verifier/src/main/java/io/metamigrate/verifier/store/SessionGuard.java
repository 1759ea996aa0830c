package io.metamigrate.verifier.store;

import java.util.Optional;

/**
 * Decides whether the server behind a session serves the expected store. A session belongs to one
 * history of one store: a server refuses a session id that it does not know, and a client that has
 * seen a newer zxid than its own. So it is enough to look once at each session, before anything is
 * read by it, and again after each lost connection.
 */
@FunctionalInterface
public interface SessionGuard {
  /** Admits every session. */
  SessionGuard NONE = session -> {};

  /**
   * Returns if the session may be used.
   *
   * @throws RuntimeException if it may not; nothing was read by it then
   */
  void admit(Session session);

  /** A new session, before it is used. */
  interface Session {
    /**
     * Checks the store after a {@code sync}; may be called several times.
     *
     * @throws StoreException if the server does not answer
     */
    SourceSnapshot snapshot();

    /**
     * The stamps of a znode now; empty if there is none.
     *
     * @throws StoreException if the server does not answer
     */
    Optional<ZnodeZxids> stamps(ZkPath path);

    /** The highest zxid that earlier sessions of this connection were answered with. */
    Zxid seen();

    /** The highest zxid that any server of the connect string reports by {@code srvr} now. */
    Zxid highestOfServers();

    /**
     * Whether the only server of the connect string reports by {@code srvr} that it serves alone:
     * it has no leader to learn anything from. False if it does not answer.
     */
    boolean servesAlone();

    ZooKeeperSettings settings();
  }
}
