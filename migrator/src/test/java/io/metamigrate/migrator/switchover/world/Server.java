package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.node.NodeSettings;
import org.jspecify.annotations.Nullable;

/** One server: what is configured, and what its process runs with. */
final class Server {
  NodeSettings configured;
  final NodeSettings original;
  @Nullable NodeSettings running;

  /** Lives and answers, but lost its session or lease. */
  boolean unregistered;

  /** The count of calls at which it last started. */
  long since;

  long died;

  /** Whether the tool knows it; others start it. */
  final boolean foreign;

  Server(NodeSettings original, boolean foreign) {
    this.original = original;
    this.configured = original;
    this.foreign = foreign;
  }

  boolean isAlive() {
    return running != null;
  }

  Server copy() {
    Server copy = new Server(original, foreign);
    copy.configured = configured;
    copy.running = running;
    copy.unregistered = unregistered;
    copy.since = since;
    copy.died = died;
    return copy;
  }

  String canonical() {
    return configured.text() + "/" + (running == null ? "-" : running.text()) + "/" + unregistered;
  }
}
