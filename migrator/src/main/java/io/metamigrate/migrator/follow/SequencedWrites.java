package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations that follow others on the same key, which must have been accepted before: a key is put
 * once in a transaction, so a version that lacks more than one takes several transactions. Bounded.
 * For one thread.
 */
final class SequencedWrites {
  private static final int MANY = 20_000;
  private static final long MANY_BYTES = 16 << 20;

  private final GuardedWriter writer;
  private List<Operation> next = new ArrayList<>();
  private long bytes;

  SequencedWrites(GuardedWriter writer) {
    this.writer = writer;
  }

  void add(Operation operation) {
    next.add(operation);
    bytes += operation instanceof Operation.PutKey put ? put.data().size() : 0;
  }

  /** Waits until everything submitted is applied, and what follows from it too. */
  void settle() {
    writer.flush();
    while (!next.isEmpty()) {
      List<Operation> ready = next;
      next = new ArrayList<>();
      bytes = 0;
      ready.forEach(writer::submit);
      writer.flush();
    }
  }

  /** The same if many are waiting. */
  void settleWhenMany() {
    if (next.size() >= MANY || bytes >= MANY_BYTES) {
      settle();
    }
  }
}
