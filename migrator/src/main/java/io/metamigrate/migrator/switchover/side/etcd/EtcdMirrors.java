package io.metamigrate.migrator.switchover.side.etcd;

import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Mirrors;
import io.metamigrate.verifier.store.EtcdEntry;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keys without a lease where bookies register. A rollback stops every bookie at once, so none is
 * made; one that is left over would keep its bookie from registering.
 */
final class EtcdMirrors implements Mirrors {
  private final MoveSession session;

  EtcdMirrors(MoveSession session) {
    this.session = session;
  }

  @Override
  public void start(Permit permit) {
    throw new StepException("no registration is mirrored to etcd: a rollback stops every bookie");
  }

  @Override
  public void stop() {
    // None is kept up to date.
  }

  @Override
  public boolean isRunning() {
    return false;
  }

  @Override
  public Set<String> present() {
    Set<String> bookies = new TreeSet<>();
    for (EtcdEntry entry : session.registrations().bookiesOnEtcd().values()) {
      if (!entry.isLeased()) {
        bookies.add(entry.path().name());
      }
    }
    return bookies;
  }

  @Override
  public void remove(Permit permit, String bookie) {
    session.stores().keys().read(Registrations.of(bookie)).stream()
        .filter(entry -> !entry.isLeased())
        .forEach(
            entry -> session.writeToEtcd(new Operation.Delete(entry.path(), entry.modRevision())));
  }
}
