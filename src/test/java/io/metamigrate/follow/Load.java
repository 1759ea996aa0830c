package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.decode.LedgerPaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * Changes a ZooKeeper all the time, at a given rate and in every way that a cluster does: creates,
 * updates, deletes, sequential children, ledger ids drawn and ledgers made of them, deep subtrees
 * deleted and made again, containers, ephemerals, and paths of families that are not copied.
 * Survives lost connections and sessions. The same seed does the same.
 */
final class Load implements AutoCloseable {
  private static final int MAX_IN_FLIGHT = 1_000;
  private static final int SUBTREES = 20;
  private static final String ROOT = "/x-load";
  private static final List<String> LEVELS = List.of("", "/a", "/a/b", "/a/b/c", "/a/b/c/d");

  private final String connect;
  private final int perSecond;
  private final long mostBehind;
  private final Random random;
  private final Semaphore window = new Semaphore(MAX_IN_FLIGHT);
  private final AtomicLong accepted = new AtomicLong();

  /** What follows from an answer, which comes in a thread that must not wait. */
  private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

  private final List<String> live = new ArrayList<>();
  private final boolean[] there = new boolean[SUBTREES];
  private final Thread thread;
  private final long began = System.nanoTime();
  private volatile ZooKeeper client;
  private volatile boolean stop;
  private long number;

  private Load(String connect, int perSecond, Duration madeUp, long seed) {
    this.connect = connect;
    this.perSecond = perSecond;
    this.mostBehind = perSecond * madeUp.toMillis() / 1_000;
    this.random = new Random(seed);
    this.client = connect(connect);
    this.thread = new Thread(this::run, "load");
  }

  static Load start(String connect, int perSecond, long seed) {
    return start(connect, perSecond, Duration.ofMillis(500), seed);
  }

  /**
   * The same.
   *
   * @param madeUp of a time in which it was held up, as by a store that was down, so much is made
   *     up for as fast as the store takes it
   */
  static Load start(String connect, int perSecond, Duration madeUp, long seed) {
    Load load = new Load(connect, perSecond, madeUp, seed);
    load.thread.setDaemon(true);
    load.thread.start();
    return load;
  }

  /** Changes that ZooKeeper has accepted. */
  long accepted() {
    return accepted.get();
  }

  /** The rate that was reached since the start. */
  long reachedPerSecond() {
    return Math.round(accepted.get() / ((System.nanoTime() - began) / 1e9));
  }

  /**
   * Changes nothing any more; the session is gone when this returns, and its ephemerals with it.
   */
  @Override
  public void close() {
    stop = true;
    try {
      thread.join();
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    prepare();
    long issued = 0;
    long start = System.nanoTime();
    while (!stop) {
      long due = (System.nanoTime() - start) * perSecond / 1_000_000_000L;
      issued = Math.max(issued, due - mostBehind);
      while (issued < due && !stop) {
        change();
        issued++;
      }
      if (!client.getState().isAlive()) {
        client = connect(connect);
      }
      pause();
    }
    window.acquireUninterruptibly(MAX_IN_FLIGHT);
  }

  private void prepare() {
    create(ROOT, CreateMode.PERSISTENT);
    create(ROOT + "/seq", CreateMode.PERSISTENT);
    create(ROOT + "/deep", CreateMode.PERSISTENT);
    create("/namespace/load", CreateMode.CONTAINER);
    create("/stream/load", CreateMode.PERSISTENT);
    for (int i = 0; i < 100; i++) {
      create(ROOT + "/d-" + i, CreateMode.CONTAINER);
    }
  }

  private void change() {
    for (Runnable next = later.poll(); next != null; next = later.poll()) {
      next.run();
    }
    number++;
    int kind = random.nextInt(100);
    if (kind < 40 && !live.isEmpty()) {
      update(live.get(random.nextInt(live.size())));
    } else if (kind < 62) {
      String path = ROOT + "/d-" + random.nextInt(100) + "/n-" + number;
      create(path, CreateMode.PERSISTENT);
      live.add(path);
    } else if (kind < 75 && !live.isEmpty()) {
      delete(remove(random.nextInt(live.size())));
    } else if (kind < 80) {
      sequential(ROOT + "/seq/s-", CreateMode.PERSISTENT_SEQUENTIAL, live::add);
    } else if (kind < 85) {
      sequential(LedgerPaths.IDGEN + "/ID-", CreateMode.EPHEMERAL_SEQUENTIAL, this::ledger);
    } else if (kind < 87) {
      sequential("/counters/producer-name/-", CreateMode.PERSISTENT_SEQUENTIAL, this::delete);
    } else if (kind < 91) {
      String path = "/namespace/load/bundle-" + random.nextInt(50);
      create(path, CreateMode.EPHEMERAL);
      delete(path);
    } else if (kind < 94) {
      String path = "/stream/load/s-" + random.nextInt(50);
      create(path, CreateMode.PERSISTENT);
      update(path);
    } else if (kind < 97) {
      subtree(random.nextInt(SUBTREES));
    } else {
      String tenant = "/managed-ledgers/load-" + random.nextInt(20);
      create(tenant, CreateMode.CONTAINER);
      create(tenant + "/ns", CreateMode.CONTAINER);
      delete(tenant + "/ns");
    }
  }

  private String remove(int at) {
    String path = live.get(at);
    live.set(at, live.get(live.size() - 1));
    live.remove(live.size() - 1);
    return path;
  }

  private void subtree(int which) {
    String top = ROOT + "/deep/t-" + which;
    if (there[which]) {
      for (int i = LEVELS.size() - 1; i >= 0; i--) {
        delete(top + LEVELS.get(i));
      }
    } else {
      LEVELS.forEach(level -> create(top + level, CreateMode.PERSISTENT));
    }
    there[which] = !there[which];
  }

  /** What a broker does with an id: the generator's child goes, the ledger comes. */
  private void ledger(String allocated) {
    delete(allocated);
    String path = LedgerPaths.pathOf(Long.parseLong(allocated.substring(allocated.length() - 10)));
    for (int slash = path.indexOf('/', 9); slash > 0; slash = path.indexOf('/', slash + 1)) {
      create(path.substring(0, slash), CreateMode.CONTAINER);
    }
    create(path, CreateMode.PERSISTENT);
    live.add(path);
  }

  private void create(String path, CreateMode mode) {
    window.acquireUninterruptibly();
    client.create(
        path, value(path), Ids.OPEN_ACL_UNSAFE, mode, (rc, p, c, n) -> answered(rc), null);
  }

  private void sequential(String path, CreateMode mode, Consumer<String> next) {
    window.acquireUninterruptibly();
    client.create(
        path,
        new byte[0],
        Ids.OPEN_ACL_UNSAFE,
        mode,
        (rc, p, c, name) -> {
          answered(rc);
          if (rc == Code.OK.intValue()) {
            later.add(() -> next.accept(name));
          }
        },
        null);
  }

  private void update(String path) {
    window.acquireUninterruptibly();
    client.setData(path, value(path), -1, (rc, p, c, stat) -> answered(rc), null);
  }

  private void delete(String path) {
    window.acquireUninterruptibly();
    client.delete(path, -1, (rc, p, c) -> answered(rc), null);
  }

  private void answered(int rc) {
    if (rc == Code.OK.intValue()) {
      accepted.incrementAndGet();
    }
    window.release();
  }

  /** Levels are empty, as Pulsar's are. */
  private byte[] value(String path) {
    return path.startsWith("/managed-ledgers") || path.matches("/ledgers(/[0-9]+)+")
        ? new byte[0]
        : ("value " + number + " of " + path).getBytes(UTF_8);
  }

  private static ZooKeeper connect(String to) {
    try {
      return new ZooKeeper(to, 10_000, event -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
