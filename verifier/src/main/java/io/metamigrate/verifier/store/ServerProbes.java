package io.metamigrate.verifier.store;

import io.metamigrate.verifier.tls.PortProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the servers of one store answered to a probe. All are asked at once, and a first contact has
 * one deadline: the probes and the client's attempt that follows them end within {@link #LIMIT} if
 * no server answers.
 */
final class ServerProbes {
  /** Frozen servers accept connections; nobody has to wait longer to see that. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  /** Of the probes, so that the client keeps time for an attempt of its own. */
  private static final Duration PROBES = Duration.ofSeconds(4);

  /**
   * Until a server reacts to a handshake. Nearly all of {@link #LIMIT}: a busy server takes seconds
   * for its first one, and the client would find out no more than the probe.
   */
  static final Duration HANDSHAKE = LIMIT.minusMillis(200);

  private static final String SILENT_HANDSHAKE =
      "accepts connections, but did not answer the TLS handshake within %d s; it may be frozen or busy"
          .formatted(LIMIT.toSeconds());

  /** Until a server answers without TLS. */
  static final Duration WORDS = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(ServerProbes.class);

  /** The state of one server. */
  enum ServerState {
    ANSWERS,
    SILENT,
    UNREACHABLE
  }

  /**
   * The answer of one server.
   *
   * @param fault one clause with its remedy; may be empty unless it is unreachable
   */
  record Probe(ServerState state, String fault) {
    static Probe answers() {
      return new Probe(ServerState.ANSWERS, "");
    }

    static Probe silent() {
      return new Probe(
          ServerState.SILENT, "accepts connections but sends no answer; it may be frozen");
    }

    /** For TLS; the client need not try. */
    static Probe silentHandshake() {
      return new Probe(ServerState.UNREACHABLE, SILENT_HANDSHAKE);
    }

    static Probe unreachable(String fault) {
      return new Probe(ServerState.UNREACHABLE, fault);
    }
  }

  /** Asks one server; runs the second argument whenever that server reacts. */
  interface ServerProbe extends BiFunction<String, Runnable, Probe> {}

  private final long started = System.nanoTime();
  private final Map<String, Probe> answers = new LinkedHashMap<>();

  private ServerProbes() {}

  /** Probes all servers, with TLS if {@code secured}, and waits for each. */
  static ServerProbes all(List<String> servers, boolean secured, ServerProbe ask) {
    return of(servers, secured, ask, false);
  }

  /** Probes all servers and waits until one answers, or each has been given up. */
  static ServerProbes awaitFirstAnswer(List<String> servers, boolean secured, ServerProbe ask) {
    return of(servers, secured, ask, true);
  }

  private static ServerProbes of(
      List<String> servers, boolean secured, ServerProbe ask, boolean firstOnly) {
    ServerProbes probes = new ServerProbes();
    Map<String, CompletableFuture<Probe>> asked = new LinkedHashMap<>();
    for (String server : servers) {
      asked.put(server, ask(server, secured ? LIMIT : PROBES, ask));
    }
    // The probes themselves are kept: a stage after one may be open when its answer is seen.
    Stream<CompletableFuture<?>> enough =
        Stream.concat(
            Stream.of(CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))),
            asked.values().stream().filter(probe -> firstOnly).map(ServerProbes::answer));
    CompletableFuture.anyOf(enough.toArray(CompletableFuture[]::new)).join();
    asked.forEach(
        (server, probe) -> {
          if (probe.isDone()) {
            probes.answers.put(server, probe.join());
          }
        });
    return probes;
  }

  /** Ends when that server answers, and never if it does not. */
  private static CompletableFuture<Probe> answer(CompletableFuture<Probe> probe) {
    return probe.thenCompose(
        found ->
            found.state() == ServerState.ANSWERS
                ? CompletableFuture.completedFuture(found)
                : new CompletableFuture<>());
  }

  /** A server that reacts is waited for, since only the end of a handshake has its fault. */
  private static CompletableFuture<Probe> ask(String server, Duration limit, ServerProbe ask) {
    AtomicBoolean reacts = new AtomicBoolean();
    CompletableFuture<Probe> probe =
        CompletableFuture.supplyAsync(
            () -> ask.apply(server, () -> reacts.set(true)), ServerProbes::start);
    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!reacts.get()) {
                probe.complete(
                    Probe.unreachable(
                        "name look-up and connection did not finish within %d s"
                            .formatted(limit.toSeconds())));
              }
            });
    return probe.completeOnTimeout(
        Probe.unreachable(
            "its TLS handshake began but did not finish within %d s; check the load of both machines"
                .formatted(PortProbe.REACTED_TIMEOUT.toSeconds())),
        PortProbe.REACTED_TIMEOUT.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private static void start(Runnable probe) {
    Thread thread = new Thread(probe, "store-probe");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Lets a command continue with the client.
   *
   * @throws StoreException if every server is unreachable, with the reason for each
   */
  void requireReachable(Store store, String name) {
    List<String> unreachable = lines(ServerState.UNREACHABLE);
    if (!unreachable.isEmpty() && unreachable.size() == answers.size()) {
      boolean isThere =
          answers.entrySet().stream()
              .anyMatch(
                  answer ->
                      !answer.getValue().fault().equals(SILENT_HANDSHAKE)
                          && isOpen(answer.getKey()));
      throw new StoreException(
          store, name + " cannot be reached at " + String.join("; ", unreachable), null, isThere);
    }
    unreachable.forEach(
        line ->
            LOG.atWarn()
                .addKeyValue("server", line)
                .log("a server of " + name + " is not reached"));
  }

  /** Something accepts connections there, and does not accept how it is talked to. */
  private static boolean isOpen(String server) {
    String address = server.replaceFirst("^[a-z]+://", "").replaceFirst("/.*", "");
    int colon = address.lastIndexOf(':');
    return PortProbe.isOpen(
        address.substring(0, colon).replaceAll("^\\[|]$", ""),
        Integer.parseInt(address.substring(colon + 1)),
        LIMIT.minus(PROBES));
  }

  /** The failure of the client's attempt, with what the probes found. */
  StoreException explain(StoreException failure) {
    List<String> found = new ArrayList<>(lines(ServerState.SILENT));
    if (noneAnswered()) {
      found.addAll(lines(ServerState.UNREACHABLE));
    }
    return found.isEmpty()
        ? failure
        : new StoreException(
            failure.store(),
            failure.getMessage() + "; " + String.join("; ", found),
            failure,
            failure.isRefused());
  }

  private boolean noneAnswered() {
    return answers.values().stream().noneMatch(probe -> probe.state() == ServerState.ANSWERS);
  }

  /** How long the client may still try: as configured, but not long if no server has answered. */
  Duration remainingTimeout(Duration configured) {
    if (!noneAnswered()) {
      return configured;
    }
    Duration limit = configured.compareTo(LIMIT) < 0 ? configured : LIMIT;
    Duration left = limit.minusNanos(System.nanoTime() - started);
    return left.compareTo(LIMIT.minus(PROBES)) < 0 ? LIMIT.minus(PROBES) : left;
  }

  private List<String> lines(ServerState state) {
    List<String> lines = new ArrayList<>();
    answers.forEach(
        (server, probe) -> {
          if (probe.state() == state) {
            lines.add(server + ": " + probe.fault());
          }
        });
    return lines;
  }
}
