package io.metamigrate.migrator.run;

import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code abort --clean}: deletes every key in scope that has no lease, page by page. For one
 * thread.
 */
final class CleanUp {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int IN_FLIGHT = 8;

  private final Stores stores;
  private final Scope scope;
  private final GuardedWriter writer;
  private long deleted;

  CleanUp(Stores stores, Authority authority, Scope scope) {
    this.stores = stores;
    this.scope = scope;
    this.writer =
        new GuardedWriter(
            stores.etcd(),
            authority,
            WriterSettings.of(IN_FLIGHT, TIMEOUT),
            applied -> deleted += applied.size());
  }

  /**
   * Deletes.
   *
   * @throws BlockedException if a store is another one, or an older state: this copy may be the
   *     last
   */
  long deleteEverything() {
    stores.identity().confirm(stores);
    String from = "/";
    while (true) {
      List<EtcdEntry> page = stores.keys().page(from, "0", Optional.empty());
      page.stream()
          .filter(entry -> !entry.isLeased() && scope.contains(entry.path()))
          .forEach(e -> writer.submit(new Operation.DeleteKey(e.path(), e.modRevision())));
      writer.flush();
      if (page.isEmpty()) {
        return deleted;
      }
      from = page.get(page.size() - 1).path().value() + "\0";
    }
  }
}
