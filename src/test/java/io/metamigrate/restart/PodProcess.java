package io.metamigrate.restart;

import java.util.Map;

/** What runs in a pod's place. */
interface PodProcess {
  /** Starts it with the container's environment, and returns at once. */
  void start(Map<String, String> environment);

  /** Stops it as a kubelet would, and returns when it is gone. */
  void stop();

  /** Whether its readiness probe passes now. */
  boolean ready();

  /** Nothing, which is always ready. */
  class Idle implements PodProcess {
    @Override
    public void start(Map<String, String> environment) {}

    @Override
    public void stop() {}

    @Override
    public boolean ready() {
      return true;
    }
  }
}
