package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import io.metamigrate.lab.LocalHttp;
import io.metamigrate.migrator.restart.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * A bookie or a broker as a cutover sees one: by its settings it registers in ZooKeeper with a
 * session or on etcd with a lease, and it listens on its port. Like the real ones it registers
 * once, at its start: where its name is taken it lives on, listens, and never registers.
 */
abstract class StandIn {
  private static final int LEASE_SECONDS = 15;

  final Servers servers;
  final String id;
  private final int port;
  private Settings settings = Settings.none();
  private volatile Settings atStart = Settings.none();
  private @Nullable HttpServer http;
  private @Nullable ZooKeeper session;
  private @Nullable Lease lease;
  volatile boolean broken;

  /** Like one whose name was taken: its port is open and it never registers. */
  volatile boolean zombie;

  /** Whether it reports what it runs with, and the address that it has by itself. */
  volatile Optional<String> ownAddress = Optional.empty();

  /** Registered and answering, but its own health check fails. */
  volatile boolean unhealthy;

  /** Whether its HTTP server reports what it runs with. */
  volatile boolean reportsSettings;

  /** How long its stop waits for etcd. */
  volatile int timeoutSeconds = 20;

  StandIn(Servers servers, int port) {
    this.servers = servers;
    this.port = port;
    this.id = "127.0.0.1:" + port;
  }

  private record Lease(long id, CloseableClient keepAlive) {}

  /** Where it registers. */
  abstract String path();

  /** Whether these settings send it to etcd. */
  abstract boolean onEtcd(Settings given);

  /** What it does once it is registered. */
  void serve(boolean etcd) {}

  final synchronized void configure(Settings given) {
    settings = given;
  }

  final synchronized Settings settings() {
    return settings;
  }

  /** What it runs with: a process reads its settings once. */
  final Settings settingsAtStart() {
    return atStart;
  }

  final synchronized boolean running() {
    return http != null;
  }

  final synchronized void start() {
    if (http != null || broken) {
      return;
    }
    atStart = settings;
    listen();
    if (zombie) {
      return;
    }
    boolean registered = onEtcd(settings) ? registerOnEtcd() : registerInZooKeeper();
    if (registered) {
      serve(onEtcd(settings));
    }
  }

  private void listen() {
    HttpServer server = LocalHttp.open(port);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = answer(exchange.getRequestURI().getPath()).getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    http = server;
  }

  String answer(String path) {
    if (path.contains("lookup")) {
      return "{\"brokerUrl\":\"pulsar://" + id + "\",\"httpUrl\":\"http://" + id + "\"}";
    }
    if (path.endsWith("/stats") || path.endsWith("/configuration/runtime")) {
      return "{}";
    }
    return unhealthy ? "not well" : "ok";
  }

  /** One setting as JSON: as it was given, else its own. */
  final String reported(String name) {
    String own = ownAddress.orElse("");
    return "{\"" + name + "\":\"" + settings().set().getOrDefault(name, own) + "\"}";
  }

  private boolean registerInZooKeeper() {
    CountDownLatch connected = new CountDownLatch(1);
    try {
      ZooKeeper opened =
          new ZooKeeper(
              servers.zookeeper(),
              10_000,
              (WatchedEvent event) -> {
                if (event.getState() == KeeperState.SyncConnected) {
                  connected.countDown();
                }
              });
      session = opened;
      if (!connected.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException(id + " cannot reach ZooKeeper");
      }
      opened.create(
          path(), new byte[0], new ArrayList<>(Ids.OPEN_ACL_UNSAFE), CreateMode.EPHEMERAL);
      return true;
    } catch (KeeperException.NodeExistsException | KeeperException.NoAuthException e) {
      return false;
    } catch (KeeperException e) {
      throw new IllegalStateException(id + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean registerOnEtcd() {
    Client client = servers.etcd();
    long granted = get(client.getLeaseClient().grant(LEASE_SECONDS)).getID();
    CloseableClient keepAlive =
        client
            .getLeaseClient()
            .keepAlive(
                granted,
                new StreamObserver<>() {
                  @Override
                  public void onNext(io.etcd.jetcd.lease.LeaseKeepAliveResponse response) {}

                  @Override
                  public void onError(Throwable cause) {}

                  @Override
                  public void onCompleted() {}
                });
    lease = new Lease(granted, keepAlive);
    ByteSequence key = ByteSequence.from(path(), UTF_8);
    return get(client
            .getKVClient()
            .txn()
            .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(0)))
            .Then(Op.put(key, ByteSequence.EMPTY, PutOption.builder().withLeaseId(granted).build()))
            .commit())
        .isSucceeded();
  }

  /** Gracefully: what it registered is gone when this returns. */
  final synchronized void stop() {
    Lease held = lease;
    if (held != null) {
      held.keepAlive().close();
      try {
        get(servers.etcd().getLeaseClient().revoke(held.id()), timeoutSeconds);
      } catch (IllegalStateException e) {
        // It has run out while etcd was away.
      }
      lease = null;
    }
    closeSession();
    closePort();
  }

  private void closeSession() {
    ZooKeeper open = session;
    if (open != null) {
      try {
        open.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      session = null;
    }
  }

  private void closePort() {
    HttpServer open = http;
    if (open != null) {
      open.stop(0);
      http = null;
    }
  }

  static <T> T get(java.util.concurrent.CompletableFuture<T> answer) {
    return get(answer, 20);
  }

  private static <T> T get(java.util.concurrent.CompletableFuture<T> answer, int seconds) {
    try {
      return answer.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A bookie. */
  static final class StandInBookie extends StandIn {
    private static final String FILES = "/api/v1/bookie/list_disk_file";

    /** Its entry logs; they stay when it is restarted. */
    final Set<String> entryLogs =
        Collections.synchronizedSet(new TreeSet<>(Set.of("0.log", "1.log", "a.log")));

    /** Like one that was not given an HTTP server. */
    volatile boolean withoutFiles;

    StandInBookie(Servers servers, int port) {
      super(servers, port);
    }

    @Override
    String path() {
      return "/ledgers/available/" + id;
    }

    @Override
    boolean onEtcd(Settings given) {
      return given.set().getOrDefault("metadataServiceUri", "").contains("etcd:");
    }

    /** As a bookie's HTTP server reports its configuration. */
    @Override
    String answer(String path) {
      if (path.equals("/api/v1/config/server_config")
          && (reportsSettings || ownAddress.isPresent())) {
        Map<String, String> all = new TreeMap<>(settingsAtStart().set());
        ownAddress.ifPresent(own -> all.putIfAbsent("metadataServiceUri", own));
        return all.entrySet().stream()
            .map(one -> "\"%s\": \"%s\"".formatted(one.getKey(), one.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
      }
      return path.equals(FILES) && !withoutFiles
          ? "{\"entrylog files\":\"" + String.join("\\t", List.copyOf(entryLogs)) + "\\t\"}"
          : super.answer(path);
    }

    boolean hasGarbageCollectionSuspended() {
      return settings().set().containsKey("gcWaitTime");
    }
  }

  /** A broker, which rolls a ledger over at its start on either store. */
  static final class StandInBroker extends StandIn {
    private final List<Runnable> onEtcd;

    StandInBroker(Servers servers, int port, List<Runnable> onEtcd) {
      super(servers, port);
      this.onEtcd = onEtcd;
    }

    @Override
    String path() {
      return "/loadbalance/brokers/" + id;
    }

    @Override
    boolean onEtcd(Settings given) {
      return given.set().getOrDefault("metadataStoreUrl", "").startsWith("etcd:");
    }

    @Override
    String answer(String path) {
      return path.endsWith("/configuration/runtime") && ownAddress.isPresent()
          ? reported("metadataStoreUrl")
          : super.answer(path);
    }

    @Override
    void serve(boolean etcd) {
      if (etcd) {
        onEtcd.forEach(Runnable::run);
      }
    }
  }
}
