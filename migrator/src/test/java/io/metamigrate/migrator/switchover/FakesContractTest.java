package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.contract.AdapterContract;
import io.metamigrate.migrator.switchover.contract.Lab;
import io.metamigrate.migrator.switchover.world.FakeLab;

/** The fakes of the search keep what the steps rely on. */
final class FakesContractTest extends AdapterContract {
  private final Lab lab = new FakeLab();

  @Override
  protected Lab lab() {
    return lab;
  }
}
