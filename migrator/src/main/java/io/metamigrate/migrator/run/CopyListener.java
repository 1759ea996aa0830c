package io.metamigrate.migrator.run;

import io.metamigrate.migrator.follow.FollowListener;

/** Shows the progress of a copy. For one thread. */
final class CopyListener implements FollowListener {
  private final ProgressListener progress;
  private long total;
  private long done;

  CopyListener(ProgressListener progress) {
    this.progress = progress;
  }

  @Override
  public void comparing(long znodes) {
    total = znodes;
    done = 0;
  }

  @Override
  public void processed(long nodes, long bytes) {
    done += nodes;
    progress.at("copying", done, total);
  }
}
