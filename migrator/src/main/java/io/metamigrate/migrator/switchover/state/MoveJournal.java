package io.metamigrate.migrator.switchover.state;

import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.StepJournal;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.engine.Stop;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One move of the document as the runner and the steps see it. For one thread. */
public final class MoveJournal implements StepJournal {
  private final MoveStore store;
  private final int number;
  private MoveDocument document;

  public MoveJournal(MoveStore store, MoveDocument document, int number) {
    this.store = store;
    this.document = document;
    this.number = number;
  }

  public MoveDocument document() {
    return document;
  }

  public MoveRecord move() {
    return document.moves().get(number - 1);
  }

  @Override
  public Optional<StepRecord> record(String key) {
    return move().step(key);
  }

  @Override
  public void save(StepRecord record) {
    change(move -> move.with(record));
  }

  @Override
  public void enter(String phase) {
    store.enter(phase);
  }

  @Override
  public Progress progress() {
    return move().progress();
  }

  @Override
  public void save(Progress progress) {
    change(move -> move.with(progress));
  }

  /** Notes from where on writes of others to that store count as late. */
  public void mark(String storeTitle, String mark) {
    change(move -> move.with(move.evidence().marked(storeTitle, mark)));
  }

  /** Notes what the operator accepted by name. */
  public void accept(String finding, String by) {
    change(move -> move.with(move.evidence().accepting(finding, by)));
  }

  @Override
  public void confirm() {
    store.confirm();
  }

  @Override
  public void keepLocally(Stop stop) {
    store.keepLocally(stop);
  }

  private void change(UnaryOperator<MoveRecord> change) {
    MoveRecord next = change.apply(move());
    if (next.equals(move())) {
      return;
    }
    MoveDocument changed = document.with(next);
    store.save(changed);
    document = changed;
  }
}
