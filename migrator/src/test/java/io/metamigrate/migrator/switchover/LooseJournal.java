package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.StepJournal;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.engine.Stop;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * In one row it does not confirm the lock, or it records an intent only after its act: when the
 * program asks for the next thing.
 */
final class LooseJournal implements StepJournal {
  private final StepJournal journal;
  private final String where;
  private final Supplier<String> row;
  private final boolean late;
  private @Nullable StepRecord pending;

  LooseJournal(StepJournal journal, String where, Supplier<String> row, boolean late) {
    this.journal = journal;
    this.where = where;
    this.row = row;
    this.late = late;
  }

  private boolean isHere() {
    return row.get().equals(where);
  }

  private void flush() {
    StepRecord record = pending;
    pending = null;
    if (record != null) {
      journal.save(record);
    }
  }

  @Override
  public Optional<StepRecord> record(String key) {
    StepRecord record = pending;
    return record != null && record.key().equals(key) ? Optional.of(record) : journal.record(key);
  }

  @Override
  public void save(StepRecord record) {
    flush();
    boolean more =
        journal
            .record(record.key())
            .filter(before -> record.intents().size() > before.intents().size())
            .isPresent();
    if (late && more && isHere()) {
      pending = record;
    } else {
      journal.save(record);
    }
  }

  @Override
  public Progress progress() {
    return journal.progress();
  }

  @Override
  public void save(Progress progress) {
    flush();
    journal.save(progress);
  }

  @Override
  public void confirm() {
    if (late || !isHere()) {
      journal.confirm();
    }
  }

  @Override
  public void keepLocally(Stop stop) {
    journal.keepLocally(stop);
  }
}
