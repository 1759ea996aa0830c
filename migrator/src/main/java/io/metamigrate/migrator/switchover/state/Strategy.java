package io.metamigrate.migrator.switchover.state;

/** How bookies move. A reverse move is always {@link #STOP_ALL}. */
public enum Strategy {
  ROLLING,
  STOP_ALL
}
