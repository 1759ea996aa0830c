package io.metamigrate.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/** Topics that are created and deleted all the time, a few of which are there at any moment. */
public final class TopicChurn implements AutoCloseable {
  private static final int KEPT = 5;

  private final AdminApi admin;
  private final Deque<String> there = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "lab-topic-churn");
  private final AtomicInteger deleted = new AtomicInteger();
  private volatile boolean stop;

  private TopicChurn(PulsarCluster cluster) {
    admin = new AdminApi(cluster.brokers().get(0).webUrl());
    thread.setDaemon(true);
  }

  public static TopicChurn start(PulsarCluster cluster) {
    TopicChurn churn = new TopicChurn(cluster);
    churn.thread.start();
    return churn;
  }

  /** Topics that were created and deleted again. */
  public int deleted() {
    return deleted.get();
  }

  private void run() {
    try {
      for (int i = 0; !stop; i++) {
        String topic = "persistent/public/default/churn-" + i;
        admin.put(topic, "{}");
        admin.put(topic + "/subscription/reader", "");
        there.add(topic);
        if (there.size() > KEPT) {
          admin.delete(there.remove() + "?force=true");
          deleted.incrementAndGet();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
