package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.config.NamedToken;
import io.metamigrate.migrator.config.NamedToken.Rights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens that are known, and whose they are. */
final class KnownTokens {
  /** Whoever sends the token of {@code control.tokenFile}, or the one that was made. */
  static final String OPERATOR = "operator";

  /** Whoever sends none, if reading needs none. */
  static final String ANONYMOUS = "anonymous";

  private final List<Caller> callers;

  /**
   * One of them.
   *
   * @param name as recorded with each action
   */
  record Caller(String name, Rights rights, Token token) {
    boolean mayAct() {
      return rights == Rights.ACT;
    }
  }

  private KnownTokens(List<Caller> callers) {
    this.callers = List.copyOf(callers);
  }

  /** Those of the configuration; reads their files. */
  static KnownTokens of(ControlConfig config) {
    List<Caller> callers = new ArrayList<>();
    config
        .tokenFile()
        .ifPresent(file -> callers.add(new Caller(OPERATOR, Rights.ACT, Token.of(file))));
    for (NamedToken named : config.tokens()) {
      Caller caller = new Caller(named.name(), named.rights(), Token.of(named.file()));
      callers.stream()
          .filter(other -> other.token().matches(caller.token().header()))
          .findFirst()
          .ifPresent(other -> refuse(caller, other));
      callers.add(caller);
    }
    return new KnownTokens(callers);
  }

  /** The rights of one would be those of the other, and so would the name in the log. */
  private static void refuse(Caller caller, Caller other) {
    throw new ConfigurationException(
        new Fault(
            "control.tokens",
            caller.name(),
            "has the same token as %s; give each a token of its own".formatted(other.name())));
  }

  /** Only the one whose token the daemon has made. */
  static KnownTokens of(Token made) {
    return new KnownTokens(List.of(new Caller(OPERATOR, Rights.ACT, made)));
  }

  /**
   * Whose token this is. Every token is compared, so that the time does not reveal which one was
   * close.
   */
  Optional<Caller> find(String authorization) {
    Optional<Caller> found = Optional.empty();
    for (Caller caller : callers) {
      if (caller.token().matches(authorization) && found.isEmpty()) {
        found = Optional.of(caller);
      }
    }
    return found;
  }
}
