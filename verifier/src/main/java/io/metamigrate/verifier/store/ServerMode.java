package io.metamigrate.verifier.store;

import java.util.List;
import java.util.Optional;

/** How a server serves, by its answer to {@code srvr}. */
final class ServerMode {
  private ServerMode() {}

  /** Whether this is the connect string of one server, and it is no member of an ensemble. */
  static boolean isStandalone(String connect) {
    List<String> servers = FourLetterWord.servers(connect);
    return servers.size() == 1
        && FourLetterWord.ask(servers.get(0), "srvr").contains("Mode: standalone");
  }

  /** The first server that answers but gives no session, as an ensemble without a majority has. */
  static Optional<String> withoutMajority(String connect) {
    return FourLetterWord.servers(connect).stream()
        .filter(
            server -> {
              String answer = FourLetterWord.askQuickly(server, "srvr");
              return answer.contains("Mode: read-only")
                  || answer.contains("not currently serving requests");
            })
        .findFirst();
  }
}
