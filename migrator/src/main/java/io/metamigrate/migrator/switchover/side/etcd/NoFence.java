package io.metamigrate.migrator.switchover.side.etcd;

import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.side.Fence;
import java.util.List;

/** etcd has no access control that Pulsar uses: it can be watched only. */
final class NoFence implements Fence {
  @Override
  public boolean isPossible() {
    return false;
  }

  @Override
  public boolean isIntact() {
    return false;
  }

  @Override
  public boolean isEffective() {
    return false;
  }

  @Override
  public boolean isAbsent() {
    return true;
  }

  @Override
  public String read() {
    return "";
  }

  @Override
  public void raise(Permit permit) {
    throw new StepException("etcd cannot be fenced");
  }

  @Override
  public void openCounters(Permit permit, String saved) {
    // None is closed.
  }

  @Override
  public void lift(Permit permit, String saved) {
    // There is none.
  }

  @Override
  public List<String> obstacles() {
    return List.of();
  }
}
