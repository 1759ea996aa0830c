package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.ControlConfig;
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
  static final String ANONYMOUS = "anybody";

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
      callers.add(new Caller(named.name(), named.rights(), Token.of(named.file())));
    }
    return new KnownTokens(callers);
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
