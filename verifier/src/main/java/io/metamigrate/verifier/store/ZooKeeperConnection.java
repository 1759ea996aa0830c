package io.metamigrate.verifier.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * One session with ZooKeeper. Curator owns the connection; the plain client under it does the
 * batched reads. Safe for use by several threads.
 */
public final class ZooKeeperConnection implements AutoCloseable {
  /**
   * The largest reply taken, in bytes. ZooKeeper does not bound its replies by its own
   * jute.maxbuffer; the client does, with 1 MiB by default ({@code ZKClientConfig}). Pulsar runs
   * servers with 10 MiB ({@code bin/pulsar}). The operator may raise it by the system property.
   */
  static final int MAX_REPLY = Math.max(32 << 20, Integer.getInteger("jute.maxbuffer", 0));

  private static final String MAX_BUFFER = "jute.maxbuffer";
  static final Duration RETRY_DELAY = Duration.ofMillis(200);

  /** How a login by SASL may end, as events of the session. */
  private static final Set<KeeperState> LOGIN_ENDS =
      EnumSet.of(KeeperState.SaslAuthenticated, KeeperState.AuthFailed);

  private static final Duration SESSION = Duration.ofSeconds(30);

  static {
    // Read once by the client's deserializer when its class is loaded.
    System.setProperty(MAX_BUFFER, Integer.toString(MAX_REPLY));
  }

  private final ZooKeeperSettings settings;
  private final CuratorFramework curator;
  private final AdmittedSessions sessions;

  private ZooKeeperConnection(ZooKeeperSettings settings, CuratorFramework curator) {
    this.settings = settings;
    this.curator = curator;
    this.sessions = new AdmittedSessions(this);
  }

  /**
   * The first contact of a command: probes the servers and then connects.
   *
   * @throws StoreException when no server answers in time, with the reason for each
   */
  public static ZooKeeperConnection probeAndOpen(ZooKeeperSettings settings) {
    ServerProbes probes = ZooKeeperReachability.probes(settings);
    try {
      Duration timeout = probes.remainingTimeout(settings.timeout());
      return open(settings, settings.logsIn() ? loginTimeout(settings, timeout) : timeout);
    } catch (StoreException e) {
      throw probes.explain(e);
    }
  }

  /** The client logs in before it connects; a login may take half of the time. */
  private static Duration loginTimeout(ZooKeeperSettings settings, Duration timeout) {
    Duration half = settings.timeout().dividedBy(2);
    return half.compareTo(timeout) < 0 ? half : timeout;
  }

  /**
   * Connects, or gives up after the settings' timeout.
   *
   * @throws StoreException when no server answers in time
   */
  public static ZooKeeperConnection open(ZooKeeperSettings settings) {
    return open(settings, settings.timeout());
  }

  private static ZooKeeperConnection open(ZooKeeperSettings settings, Duration timeout) {
    CuratorFramework curator = client(settings);
    CompletableFuture<KeeperState> login = new CompletableFuture<>();
    curator
        .getCuratorListenable()
        .addListener(
            (framework, event) -> {
              if (event.getWatchedEvent() != null
                  && LOGIN_ENDS.contains(event.getWatchedEvent().getState())) {
                login.complete(event.getWatchedEvent().getState());
              }
            });
    curator.start();
    ZooKeeperConnection connection = new ZooKeeperConnection(settings, curator);
    long started = System.nanoTime();
    long until = started + timeout.toNanos();
    try {
      while (!login.isDone() && System.nanoTime() < until) {
        if (curator.blockUntilConnected((int) RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS)
            && !settings.logsIn()) {
          return connection;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (login.getNow(KeeperState.Disconnected) == KeeperState.SaslAuthenticated) {
      return connection;
    }
    connection.abandon();
    throw login.isDone()
        ? connection.loginRefused()
        : new StoreException(
            Store.ZOOKEEPER, connection.silenceMessage(System.nanoTime() - started));
  }

  /**
   * A connection to a ZooKeeper that is permanently lost: it is never opened, and each use fails.
   */
  public static ZooKeeperConnection unavailable(ZooKeeperSettings settings) {
    return new ZooKeeperConnection(settings, client(settings));
  }

  /** False for one that is declared gone. */
  public boolean isOpened() {
    return curator.getState() != CuratorFrameworkState.LATENT;
  }

  private static CuratorFramework client(ZooKeeperSettings settings) {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(MAX_BUFFER, Integer.toString(MAX_REPLY));
    settings.client().forEach(config::setProperty);
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(settings.connect())
            .sessionTimeoutMs((int) SESSION.toMillis())
            .connectionTimeoutMs((int) settings.timeout().toMillis())
            .retryPolicy(new RetryOneTime(100))
            .ensembleTracker(false)
            .zookeeperFactory(new ZxidClient.Factory())
            .zkClientConfig(config);
    settings
        .digest()
        .ifPresent(d -> builder.authorization("digest", d.getBytes(StandardCharsets.UTF_8)));
    return builder.build();
  }

  /** Closing a client that has no connection takes as long as a session may live. */
  private void abandon() {
    Thread closing = new Thread(this::close, "zookeeper-closing");
    closing.setDaemon(true);
    closing.start();
  }

  private StoreException loginRefused() {
    return new StoreException(
        Store.ZOOKEEPER,
        JaasLogin.fault(settings.loginContext())
            .map(
                fault ->
                    "ZooKeeper at %s was not contacted: the login of JAAS section '%s' failed: %s; check its class and options, for Kerberos also principal, keytab and KDC"
                        .formatted(settings, settings.loginContext(), fault))
            .orElseGet(
                () ->
                    "ZooKeeper at %s refused the login of JAAS section '%s'; check its user and password (or the Kerberos principal and keytab), and that the servers accept this kind of login"
                        .formatted(settings, settings.loginContext())),
        null,
        true);
  }

  /** Another session with the same servers, so that what breaks one leaves the other. */
  public ZooKeeperConnection another() {
    return open(settings);
  }

  public ZooKeeperSettings settings() {
    return settings;
  }

  public CuratorFramework curator() {
    return curator;
  }

  /**
   * The plain client of the present session, which the settings' guard has admitted.
   *
   * @throws StoreException when there is none and none comes in time
   */
  public ZooKeeper client() {
    ZxidClient present = present();
    sessions.admit(present);
    return present;
  }

  private ZxidClient present() {
    try {
      return (ZxidClient) curator.getZookeeperClient().getZooKeeper();
    } catch (Exception e) {
      throw unreachable(e);
    }
  }

  /** Lets the guard check the present session again, although it was not lost. */
  public void confirm() {
    sessions.checkAgain(present());
  }

  /** The highest zxid that an admitted session was answered with. */
  public Zxid seen() {
    return sessions.seen();
  }

  /**
   * Brings the session's server up to date with the ensemble; answers a zxid whose change, like
   * those before it, is in everything that is read afterwards.
   *
   * @throws StoreException when the server does not answer
   */
  Zxid bringUpToDate() {
    try {
      return retry(
          client -> {
            sync(client);
            return ((ZxidClient) client).seen();
          });
    } catch (KeeperException e) {
      throw unsynced(e);
    } catch (InterruptedException e) {
      throw ZnodeReader.interrupted(e);
    }
  }

  /** A request to ZooKeeper that may be sent twice. */
  public interface Request<T> {
    T send(ZooKeeper client) throws KeeperException, InterruptedException;
  }

  /**
   * Sends a request again and again while the connection fails, up to the settings' timeout: a
   * client whose server has just come back refuses what waits for its next attempt to connect.
   *
   * @throws StoreException when there is no session and none comes in time
   */
  public <T> T retry(Request<T> request) throws KeeperException, InterruptedException {
    long until = System.nanoTime() + settings.timeout().toNanos();
    while (true) {
      try {
        return request.send(client());
      } catch (KeeperException e) {
        if (!isConnection(e.code()) || System.nanoTime() > until) {
          throw e;
        }
      }
      Thread.sleep(RETRY_DELAY.toMillis());
    }
  }

  /**
   * {@code sync} by this client: when it returns, its server has everything that was committed
   * before, and every event of it has been handed over, behind which the answer queues.
   *
   * @throws KeeperException as the server answers, or OPERATIONTIMEOUT after the settings' timeout
   */
  public void sync(ZooKeeper client) throws KeeperException, InterruptedException {
    CompletableFuture<Code> answer = new CompletableFuture<>();
    client.sync("/", (rc, path, context) -> answer.complete(Code.get(rc)), null);
    Code code;
    try {
      code = answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      code = Code.OPERATIONTIMEOUT;
    }
    if (code != Code.OK) {
      throw KeeperException.create(code);
    }
  }

  /** The failure of a {@link #sync}, with what the operator may do. */
  public StoreException unsynced(KeeperException failure) {
    return new StoreException(
        Store.ZOOKEEPER,
        "ZooKeeper at %s did not answer a sync: %s, and a server may be behind without it; %s"
            .formatted(settings, failure.code(), remedy()),
        failure);
  }

  /** Whether the connection failed, not the request: it may or may not have been carried out. */
  public static boolean isConnection(Code code) {
    return code == Code.CONNECTIONLOSS
        || code == Code.SESSIONEXPIRED
        || code == Code.SESSIONMOVED
        || code == Code.OPERATIONTIMEOUT;
  }

  StoreException unreachable(Throwable cause) {
    return new StoreException(Store.ZOOKEEPER, silenceMessage(settings.timeout().toNanos()), cause);
  }

  private String remedy() {
    return ServerMode.withoutMajority(settings)
        .map(
            server ->
                "%s is up, but its ensemble has no majority: start the other servers"
                    .formatted(server))
        .or(() -> ZooKeeperReachability.certificateFault(settings))
        .orElse("check the address, the server and the network");
  }

  /** A silent KDC looks like a silent server. */
  private String silenceMessage(long nanoseconds) {
    return "ZooKeeper at %s did not answer within %d s; %s%s"
        .formatted(
            settings,
            Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanoseconds)),
            remedy(),
            settings.logsIn()
                ? ", and for Kerberos that the KDC of krb5.conf answers, since the login of JAAS section '%s' did not finish"
                    .formatted(settings.loginContext())
                : "");
  }

  @Override
  public void close() {
    curator.close();
  }
}
