package io.metamigrate.migrator.config;

import java.util.Optional;
import java.util.Set;

/**
 * The daemon's HTTP interface.
 *
 * @param listen where; port 0 takes a free one
 * @param tokenFile holds the token that a caller must send; without it the daemon makes one
 */
public record ControlConfig(HostPort listen, Optional<SecretFile> tokenFile) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");

  public ControlConfig {
    new Checks()
        .that(
            isLoopback(listen) || tokenFile.isPresent(),
            "listen",
            () ->
                listen
                    + " can be reached from other machines; give control.tokenFile, or listen on"
                    + " 127.0.0.1")
        .orThrow();
  }

  static ControlConfig defaults() {
    return new ControlConfig(new HostPort("127.0.0.1", 8300), Optional.empty());
  }

  static ControlConfig read(Section section) {
    HostPort listen = section.value("listen", HostPort::parse).orElse(defaults().listen);
    Optional<SecretFile> token = section.secret("tokenFile");
    return section.make(() -> new ControlConfig(listen, token), defaults());
  }

  /** Whether only this machine can reach the interface; decided without asking any name server. */
  public boolean loopback() {
    return isLoopback(listen);
  }

  private static boolean isLoopback(HostPort address) {
    return LOOPBACK.contains(address.host())
        || address.host().matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }
}
