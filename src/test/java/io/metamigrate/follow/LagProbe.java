package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * Measures from outside how far etcd is behind: writes the time into a znode again and again, and
 * watches the key.
 */
final class LagProbe implements AutoCloseable {
  private static final String PATH = "/x-probe";

  private final ZooKeeper zookeeper;
  private final Client etcd;
  private final Watch.Watcher watcher;
  private final Thread thread = new Thread(this::run, "lag-probe");
  private final Queue<Long> sent = new ConcurrentLinkedQueue<>();
  private final List<Long> millis = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean stop;

  LagProbe(String connect, String endpoint) {
    try {
      zookeeper = new ZooKeeper(connect, 30_000, event -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    etcd = Client.builder().endpoints(endpoint).build();
    watcher =
        etcd.getWatchClient()
            .watch(
                ByteSequence.from(PATH, UTF_8),
                response ->
                    response
                        .getEvents()
                        .forEach(event -> seen(event.getKeyValue().getValue().toString(UTF_8))));
    thread.setDaemon(true);
    thread.start();
  }

  /** A value that is seen also counts for those before it, which it has overtaken. */
  private void seen(String value) {
    long now = System.nanoTime();
    long written = Long.parseLong(value);
    for (Long next = sent.peek(); next != null && next <= written; next = sent.peek()) {
      millis.add((now - sent.remove()) / 1_000_000);
    }
  }

  private void run() {
    zookeeper.create(
        PATH, now(), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, (rc, p, c, n) -> {}, 0);
    while (!stop) {
      zookeeper.setData(PATH, now(), -1, (rc, p, c, stat) -> {}, null);
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private byte[] now() {
    long now = System.nanoTime();
    sent.add(now);
    return Long.toString(now).getBytes(UTF_8);
  }

  /** Forgets what was measured so far. */
  void restart() {
    millis.clear();
  }

  /** Below this many milliseconds were so many per cent of the samples since the restart. */
  long percentile(double percent) {
    List<Long> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.isEmpty()
        ? Long.MAX_VALUE
        : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  int samples() {
    return millis.size();
  }

  @Override
  public void close() {
    stop = true;
    thread.interrupt();
    watcher.close();
    etcd.close();
    try {
      thread.join();
      zookeeper.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
