package io.metamigrate.verifier.store;

import java.util.List;
import java.util.Optional;

/** How a server serves, by its answer to {@code srvr}. */
final class ServerMode {
  private ServerMode() {}

  /** Whether the connect string names one server, and it is no member of an ensemble. */
  static boolean isStandalone(ZooKeeperSettings settings) {
    List<String> servers = FourLetterWord.servers(settings.connect());
    return servers.size() == 1
        && FourLetterWord.ask(settings, servers.get(0), "srvr").contains("Mode: standalone");
  }

  /** The first server that answers but gives no session, as an ensemble without a majority has. */
  static Optional<String> withoutMajority(ZooKeeperSettings settings) {
    return FourLetterWord.servers(settings.connect()).stream()
        .filter(
            server -> {
              String answer = FourLetterWord.askQuickly(settings, server, "srvr");
              return answer.contains("Mode: read-only")
                  || answer.contains("not currently serving requests");
            })
        .findFirst();
  }
}
