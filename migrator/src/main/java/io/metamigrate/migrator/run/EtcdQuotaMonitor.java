package io.metamigrate.migrator.run;

import io.metamigrate.migrator.control.Throttle;
import io.metamigrate.verifier.store.EtcdBackend;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.StoreException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to the throttle every few seconds how full etcd is, in a thread of its own, so that the
 * driver never waits for it. An etcd that does not answer is the driver's to notice.
 */
final class EtcdQuotaMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdQuotaMonitor.class);
  private static final long SECONDS = 2;

  private final EtcdBackend backend;
  private final Throttle throttle;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "backend");
            made.setDaemon(true);
            return made;
          });

  EtcdQuotaMonitor(EtcdConnection etcd, Throttle throttle) {
    this.backend = new EtcdBackend(etcd);
    this.throttle = throttle;
  }

  void start() {
    var unused = thread.scheduleWithFixedDelay(this::poll, 0, SECONDS, TimeUnit.SECONDS);
  }

  private void poll() {
    try {
      backend.usage().ifPresent(fill -> throttle.backend(fill.used(), fill.quota()));
    } catch (StoreException e) {
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("etcd did not report its size");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
