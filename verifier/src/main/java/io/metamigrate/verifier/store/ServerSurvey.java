package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.SourceSnapshot.Creation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException;

/**
 * Asks each server of a connect string by itself whether it serves the same ZooKeeper: a client
 * uses any of them, so that two ensembles in one list are two trees by turns. Each is asked after a
 * {@code sync}; what a server knew before, a server of the same ensemble knows afterwards
 * (ZooKeeper Programmer's Guide, consistency guarantees).
 *
 * @param answers in the order in which they were asked; the first server that answers is asked
 *     again last
 * @param silent servers that gave no session
 */
public record ServerSurvey(List<ServerAnswer> answers, List<String> silent) {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** What one server showed. */
  record ServerAnswer(String server, SourceSnapshot snapshot) {}

  /** One constant property that identifies an ensemble. */
  private record IdentityProperty(String name, Function<SourceSnapshot, Optional<String>> value) {}

  private static final List<IdentityProperty> MARKS =
      List.of(
          new IdentityProperty("/ledgers/INSTANCEID", SourceSnapshot::instanceId),
          new IdentityProperty("/ledgers", snapshot -> snapshot.ledgers().map(ServerSurvey::text)),
          new IdentityProperty("/admin", snapshot -> snapshot.admin().map(ServerSurvey::text)));

  public ServerSurvey {
    answers = List.copyOf(answers);
    silent = List.copyOf(silent);
  }

  private static String text(Creation creation) {
    return "created at zxid " + creation.czxid();
  }

  /** Asks all of them; one server alone is not asked. */
  public static ServerSurvey of(ZooKeeperSettings settings) {
    List<String> servers = FourLetterWord.servers(settings.connect());
    if (servers.size() < 2) {
      return new ServerSurvey(List.of(), List.of());
    }
    List<CompletableFuture<Optional<ZooKeeperConnection>>> opening =
        servers.stream()
            .map(server -> CompletableFuture.supplyAsync(() -> open(settings, server)))
            .toList();
    List<ServerAnswer> answers = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    List<ZooKeeperConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < servers.size(); i++) {
        Optional<ZooKeeperConnection> connection = opening.get(i).join();
        connection.ifPresent(open::add);
        Optional<ServerAnswer> answer = connection.flatMap(ServerSurvey::ask);
        answer.ifPresent(answers::add);
        if (answer.isEmpty()) {
          silent.add(servers.get(i));
        }
      }
      open.stream().findFirst().flatMap(ServerSurvey::ask).ifPresent(answers::add);
      return new ServerSurvey(answers, silent);
    } finally {
      open.forEach(ZooKeeperConnection::close);
    }
  }

  private static Optional<ZooKeeperConnection> open(ZooKeeperSettings settings, String server) {
    if (!listens(server)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ZooKeeperConnection.open(settings.at(server).withTimeout(TIMEOUT)));
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  /** A client retries a closed port until its timeout ends. */
  private static boolean listens(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon).replaceAll("[\\[\\]]", "");
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1))),
          (int) TIMEOUT.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<ServerAnswer> ask(ZooKeeperConnection connection) {
    try {
      return Optional.of(
          new ServerAnswer(
              FourLetterWord.servers(connection.settings().connect()).get(0),
              connection.retry(client -> SourceSnapshot.of(connection, (ZxidClient) client))));
    } catch (KeeperException | StoreException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw ZnodeReader.interrupted(e);
    }
  }

  /** Two answers that one ZooKeeper would not give, in words; empty if there are none. */
  public Optional<String> difference() {
    for (int i = 1; i < answers.size(); i++) {
      ServerAnswer before = answers.get(i - 1);
      ServerAnswer now = answers.get(i);
      for (IdentityProperty mark : MARKS) {
        Optional<String> then = mark.value().apply(before.snapshot());
        Optional<String> there = mark.value().apply(now.snapshot());
        if (then.isPresent() && !then.equals(there)) {
          return Optional.of(
              "%s of %s is %s, that of %s is %s"
                  .formatted(
                      mark.name(),
                      before.server(),
                      then.get(),
                      now.server(),
                      there.orElse("not there")));
        }
      }
    }
    return Optional.empty();
  }
}
