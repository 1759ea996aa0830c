package io.metamigrate.verifier.store;

import java.util.List;

/** How a server serves, by its answer to {@code srvr}. */
final class ServerMode {
  private ServerMode() {}

  /** Whether this is the connect string of one server, and it is no member of an ensemble. */
  static boolean isStandalone(String connect) {
    List<String> servers = FourLetterWord.servers(connect);
    return servers.size() == 1
        && FourLetterWord.ask(servers.get(0), "srvr").contains("Mode: standalone");
  }
}
