package io.metamigrate.migrator.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The changes of the local and of the configuration store; a gap in either is a gap. */
final class CombinedFeed implements ChangeFeed {
  private final ChangeFeed local;
  private final ChangeFeed configuration;

  CombinedFeed(ChangeFeed local, ChangeFeed configuration) {
    this.local = local;
    this.configuration = configuration;
  }

  @Override
  public List<ChangedPath> take(int most, Duration wait) throws InterruptedException {
    List<ChangedPath> changes = new ArrayList<>(configuration.take(most, Duration.ZERO));
    // A busy configuration store must not make the local one wait, nor the other way round.
    changes.addAll(local.take(most, changes.isEmpty() ? wait : Duration.ZERO));
    return changes;
  }

  @Override
  public boolean takeGap() {
    boolean here = local.takeGap();
    return configuration.takeGap() || here;
  }

  @Override
  public void markGap() {
    local.markGap();
  }

  @Override
  public long waiting() {
    return local.waiting() + configuration.waiting();
  }

  @Override
  public void catchUp() {
    local.catchUp();
    configuration.catchUp();
  }

  @Override
  public void close() {
    configuration.close();
    local.close();
  }
}
