package io.metamigrate.migrator.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The daemon's HTTP interface.
 *
 * @param listen where; port 0 takes a free one
 * @param tokenFile holds the token that a caller must send; without any the daemon makes one
 * @param tokens callers with a name and rights of their own
 */
public record ControlConfig(
    HostPort listen, Optional<SecretFile> tokenFile, List<NamedToken> tokens) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");

  public ControlConfig {
    tokens = List.copyOf(tokens);
    new Checks()
        .distinct("tokens", tokens.stream().map(NamedToken::name).toList())
        .that(
            isLoopback(listen) || tokenFile.isPresent() || !tokens.isEmpty(),
            "listen",
            () ->
                listen
                    + " can be reached from other machines; give control.tokenFile or control.tokens, or listen on"
                    + " 127.0.0.1")
        .orThrow();
  }

  /** With one token at most. */
  public ControlConfig(HostPort listen, Optional<SecretFile> tokenFile) {
    this(listen, tokenFile, List.of());
  }

  static ControlConfig defaults() {
    return new ControlConfig(new HostPort("127.0.0.1", 8300), Optional.empty());
  }

  static ControlConfig read(Section section) {
    HostPort listen = section.value("listen", HostPort::parse).orElse(defaults().listen);
    Optional<SecretFile> token = section.secret("tokenFile");
    List<NamedToken> tokens = section.sections("tokens").stream().map(NamedToken::read).toList();
    return section.make(() -> new ControlConfig(listen, token, tokens), defaults());
  }

  /** Whether the operator has configured who may come in. */
  public boolean hasTokens() {
    return tokenFile.isPresent() || !tokens.isEmpty();
  }

  /** The file of a token with which a command of this configuration may act. */
  public Optional<SecretFile> actingToken() {
    return tokenFile.or(
        () ->
            tokens.stream()
                .filter(token -> token.rights() == NamedToken.Rights.ACT)
                .filter(token -> java.nio.file.Files.isReadable(token.file().path()))
                .map(NamedToken::file)
                .findFirst());
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
