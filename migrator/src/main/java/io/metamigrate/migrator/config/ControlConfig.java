package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The daemon's HTTP interface, and what it reports by itself.
 *
 * @param listen its address; port 0 chooses a free port
 * @param tokenFile holds the token that a caller must send; without any the daemon makes one
 * @param tokens callers with a name and rights of their own
 * @param tls of the interface
 * @param otlp where metrics are sent besides
 * @param statusInterval between two lines of state in the log; zero for none
 */
public record ControlConfig(
    HostPort listen,
    Optional<SecretFile> tokenFile,
    List<NamedToken> tokens,
    ControlTls tls,
    OtlpConfig otlp,
    Duration statusInterval) {
  private static final Duration STATUS_INTERVAL = Duration.ofMinutes(1);

  public ControlConfig {
    tokens = List.copyOf(tokens);
    new Checks()
        .distinct("tokens", tokens.stream().map(NamedToken::name).toList())
        .require(
            listen.isLoopback() || tokenFile.isPresent() || !tokens.isEmpty(),
            "listen",
            () ->
                listen
                    + " can be reached from other machines; give control.tokenFile or"
                    + " control.tokens, or listen on 127.0.0.1")
        .require(
            !statusInterval.isNegative(),
            "statusInterval",
            () -> "give a time such as 1m, or 0s for no lines")
        .orThrow();
  }

  /** Without TLS. */
  public ControlConfig(HostPort listen, Optional<SecretFile> tokenFile, List<NamedToken> tokens) {
    this(listen, tokenFile, tokens, ControlTls.none(), OtlpConfig.none(), STATUS_INTERVAL);
  }

  /** With one token at most. */
  public ControlConfig(HostPort listen, Optional<SecretFile> tokenFile) {
    this(listen, tokenFile, List.of());
  }

  /** The same somewhere else. */
  ControlConfig at(HostPort other) {
    return new ControlConfig(other, tokenFile, tokens, tls, otlp, statusInterval);
  }

  static ControlConfig defaults() {
    return new ControlConfig(new HostPort("127.0.0.1", 8300), Optional.empty());
  }

  static ControlConfig read(Section section) {
    HostPort listen = section.value("listen", HostPort::parse).orElse(defaults().listen);
    Optional<SecretFile> token = section.secret("tokenFile");
    List<NamedToken> tokens = section.sections("tokens").stream().map(NamedToken::read).toList();
    ControlTls tls = ControlTls.read(section.section("tls"));
    OtlpConfig otlp = OtlpConfig.read(section.section("otlp"));
    Duration interval = section.duration("statusInterval", STATUS_INTERVAL);
    return section.build(
        () -> new ControlConfig(listen, token, tokens, tls, otlp, interval), defaults());
  }

  /** Whether the operator has configured tokens. */
  public boolean hasTokens() {
    return tokenFile.isPresent() || !tokens.isEmpty();
  }

  /** The files of all tokens. */
  public List<Path> tokenFiles() {
    return Stream.concat(tokenFile.stream(), tokens.stream().map(NamedToken::file))
        .map(SecretFile::path)
        .toList();
  }

  /** The file of a token with which a command of this configuration may act. */
  public Optional<SecretFile> commandToken() {
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
    return listen.isLoopback();
  }
}
