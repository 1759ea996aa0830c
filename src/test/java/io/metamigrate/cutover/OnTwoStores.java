package io.metamigrate.cutover;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Each test begins with a cluster of stand-ins that is copied to etcd. */
abstract class OnTwoStores extends TwoStores {
  TestBed bed;

  private final String budget;

  /**
   * @param budget of each step
   */
  OnTwoStores(String budget) {
    this.budget = budget;
  }

  @BeforeEach
  void copied() throws Exception {
    bed = new TestBed(folder, zookeeper, etcd, budget);
    bed.copy();
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }
}
