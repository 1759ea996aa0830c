package io.metamigrate.verifier.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * One client of etcd, and the one place that decides how long to wait for an answer. Safe for use
 * by several threads.
 */
public final class EtcdConnection implements AutoCloseable {
  private static final Duration LEADER_CHANGE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Room for a page of a thousand keys with values near etcd's own request limit of 1.5 MiB. */
  static final int MAX_REPLY = 64 << 20;

  static {
    VertxFiles.disable();
  }

  private final EtcdSettings settings;
  private final Optional<Client> client;

  private EtcdConnection(EtcdSettings settings, Client client) {
    this(settings, Optional.of(client));
  }

  private EtcdConnection(EtcdSettings settings, Optional<Client> client) {
    this.settings = settings;
    this.client = client;
  }

  /** A connection to an etcd that is permanently lost: it is never opened, and each use fails. */
  public static EtcdConnection unavailable(EtcdSettings settings) {
    return new EtcdConnection(settings, Optional.empty());
  }

  /** False for one that is declared gone. */
  public boolean isOpened() {
    return client.isPresent();
  }

  /**
   * Connects and asks for the present revision, or gives up after the settings' timeout.
   *
   * @throws StoreException when no endpoint answers in time
   */
  public static EtcdConnection open(EtcdSettings settings) {
    ServerProbes probes = EtcdReachability.check(settings);
    ClientBuilder builder =
        Client.builder()
            .endpoints(settings.endpoints().toArray(String[]::new))
            .maxInboundMessageSize(MAX_REPLY)
            .interceptor(new FragmentedWatches())
            .keepaliveTime(Duration.ofSeconds(10))
            .keepaliveTimeout(Duration.ofSeconds(5))
            .retryMaxAttempts(3)
            .retryMaxDuration(settings.timeout())
            .connectTimeout(settings.timeout());
    settings.user().ifPresent(user -> builder.user(bytes(user)));
    settings.password().ifPresent(password -> builder.password(bytes(password)));
    if (settings.endpoints().get(0).startsWith("https://")) {
      try {
        builder.sslContext(tls -> secure(settings, tls));
      } catch (SSLException | IllegalArgumentException e) {
        throw new StoreException(
            Store.ETCD,
            "target.tls cannot be used: " + e.getMessage() + "; check the PEM files",
            e);
      }
    }
    EtcdConnection connection = new EtcdConnection(settings, builder.build());
    Duration timeout = probes.remainingTimeout(settings.timeout());
    try {
      new EtcdReader(new EtcdConnection(settings.withTimeout(timeout), connection.client()))
          .revision();
      return connection;
    } catch (StoreException e) {
      connection.close();
      throw probes.explain(e);
    }
  }

  private static void secure(EtcdSettings settings, SslContextBuilder tls) {
    io.grpc.netty.GrpcSslContexts.configure(tls);
    settings.trust().ifPresent(file -> tls.trustManager(file.toFile()));
    settings
        .certificate()
        .ifPresent(
            certificate ->
                tls.keyManager(certificate.toFile(), settings.key().orElseThrow().toFile()));
  }

  public EtcdSettings settings() {
    return settings;
  }

  public Client client() {
    return client.orElseThrow(
        () ->
            new StoreException(
                Store.ETCD, "etcd was declared permanently lost, so it is not contacted"));
  }

  /**
   * Waits for an answer; every failure becomes one line that names etcd, the subject and the cause.
   *
   * @throws StoreException if etcd refused, failed, or did not answer in time
   */
  public <T> T await(String subject, CompletableFuture<T> answer) {
    try {
      return answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new StoreException(
          Store.ETCD,
          "etcd at %s did not answer within %d s (%s)%s"
              .formatted(
                  settings,
                  settings.timeout().toSeconds(),
                  subject,
                  EtcdReachability.certificateFault(settings)
                      .map(fault -> ": " + fault)
                      .orElse("; check the address, the server and the network")),
          e);
    } catch (ExecutionException e) {
      throw failure(subject, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ETCD, "interrupted while waiting for etcd", e);
    }
  }

  /**
   * Repeats a request while the members of etcd elect a leader or one of them is down. Only for
   * requests that may be sent twice.
   *
   * @throws StoreException if etcd did not answer until the timeout, or refused
   */
  public <T> T retry(String subject, Supplier<CompletableFuture<T>> request) {
    return retry(subject, request.get(), request);
  }

  /** The same, if the first request is in flight already. */
  <T> T retry(String subject, CompletableFuture<T> first, Supplier<CompletableFuture<T>> again) {
    long until = System.nanoTime() + LEADER_CHANGE.toNanos();
    CompletableFuture<T> answer = first;
    while (true) {
      try {
        return await(subject, answer);
      } catch (StoreException e) {
        if (!isTransient(e)
            || System.nanoTime() > until
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      answer = again.get();
    }
  }

  /**
   * Whether the failure may pass by itself, by etcd's error texts (rpctypes/error.go). With only
   * one endpoint, a member that is down is not waited for.
   */
  private boolean isTransient(StoreException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("etcdserver: leader changed")
        || text.contains("etcdserver: no leader")
        || text.contains("etcdserver: request timed out")
        || (settings.endpoints().size() > 1 && text.contains("UNAVAILABLE"));
  }

  /**
   * Whether an answer was above {@link #MAX_REPLY}: by grpc-java's error text (MessageDeframer).
   */
  static boolean isTooLarge(StoreException failure) {
    return String.valueOf(failure.getMessage()).contains("exceeds maximum size");
  }

  /** Whether the requested revision was compacted, by etcd's error text. */
  static boolean isCompacted(StoreException failure) {
    return String.valueOf(failure.getMessage()).contains("revision has been compacted");
  }

  public StoreException failure(String subject, Throwable cause) {
    String reason = reason(cause);
    Optional<String> refusal = EtcdRefusal.line(settings, subject, reason);
    return new StoreException(
        Store.ETCD,
        refusal.orElseGet(
            () ->
                "etcd at %s failed (%s): %s%s"
                    .formatted(settings, subject, reason, remedy(reason))),
        cause,
        refusal.isPresent());
  }

  /** The remedy if an operator can remove the cause, by etcd's error texts (rpctypes/error.go). */
  static String remedy(String reason) {
    return reason.contains("database space exceeded")
        ? ". Compact and defragment it, or start it with a higher --quota-backend-bytes; then run"
            + " `etcdctl alarm disarm`"
        : "";
  }

  private static String reason(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null || message.isBlank() ? deepest.getClass().getSimpleName() : message;
  }

  /** The bytes of a text; for a key that {@link KeyText} has read, those that it had on etcd. */
  public static ByteSequence bytes(String text) {
    return ByteSequence.from(KeyText.encode(text));
  }

  @Override
  public void close() {
    client.ifPresent(Client::close);
  }
}
