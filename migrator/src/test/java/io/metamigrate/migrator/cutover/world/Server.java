package io.metamigrate.migrator.cutover.world;

import org.jspecify.annotations.Nullable;

/** One server: what is configured, and what its process runs with. */
public final class Server {
  public SimulatedSettings configured;
  public final SimulatedSettings original;
  public @Nullable SimulatedSettings running;

  /** Others wrote these settings since the tool did. */
  public boolean overwritten;

  /** Lives and answers, but lost its session or lease. */
  public boolean unregistered;

  /** The count of calls at which it last started. */
  long since;

  long died;

  /** Whether the tool knows it; others start it. */
  public final boolean foreign;

  Server(SimulatedSettings original, boolean foreign) {
    this.original = original;
    this.configured = original;
    this.foreign = foreign;
  }

  public boolean isAlive() {
    return running != null;
  }

  Server copy() {
    Server copy = new Server(original, foreign);
    copy.configured = configured;
    copy.overwritten = overwritten;
    copy.running = running;
    copy.unregistered = unregistered;
    copy.since = since;
    copy.died = died;
    return copy;
  }

  String canonical() {
    return configured
        + (overwritten ? "!" : "")
        + "/"
        + (running == null ? "-" : running)
        + "/"
        + unregistered;
  }
}
