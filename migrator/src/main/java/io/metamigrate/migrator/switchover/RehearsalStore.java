package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Stop;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveStore;
import java.util.Optional;

/** Keeps a document in memory, for a rehearsal that persists nothing and needs no lock. */
final class RehearsalStore implements MoveStore {
  private MoveDocument document;

  RehearsalStore(MoveDocument document) {
    this.document = document;
  }

  @Override
  public Optional<MoveDocument> read() {
    return Optional.of(document);
  }

  @Override
  public void save(MoveDocument changed) {
    document = changed;
  }

  @Override
  public void confirm() {
    // Nothing is changed, so that no lock is needed.
  }

  @Override
  public void keepLocally(Stop stop) {
    throw new IllegalStateException("a rehearsal has no stop");
  }
}
