package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Route.Access;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which callers are admitted. A page of another origin that makes a browser of this machine talk to
 * the daemon under a name of its own (DNS rebinding) is recognised by the {@code Host} header.
 */
final class HostCheck {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");
  private static final String TOKEN_USAGE =
      "send the header 'Authorization: Bearer TOKEN' with the token of the daemon's token file; a"
          + " command takes it from control.tokenFile or control.tokens";

  private final KnownTokens callers;
  private final boolean loopback;
  private final boolean tokenForReading;

  /**
   * Creates a check.
   *
   * @param loopback whether only this machine can connect
   * @param tokenForReading whether reading needs the token, too
   */
  HostCheck(KnownTokens callers, boolean loopback, boolean tokenForReading) {
    this.callers = callers;
    this.loopback = loopback;
    this.tokenForReading = tokenForReading;
  }

  /** The refusal; absent if the caller is admitted. */
  Optional<Response> refusal(Access access, String host, String authorization) {
    if (loopback && !LOOPBACK.matcher(host).matches()) {
      return Optional.of(
          Response.refusal(403, "this daemon answers only to its loopback name, not to this Host"));
    }
    if (access == Access.OPEN || (access == Access.READ && !tokenForReading)) {
      return Optional.empty();
    }
    if (authorization.isBlank()) {
      return Optional.of(unauthorized("this needs the token: " + TOKEN_USAGE));
    }
    Optional<KnownTokens.Caller> caller = callers.find(authorization);
    if (caller.isEmpty()) {
      return Optional.of(unauthorized("this is not the daemon's token: " + TOKEN_USAGE));
    }
    return access == Access.CHANGE && !caller.get().mayAct()
        ? Optional.of(
            Response.refusal(
                403,
                "the token of %s may only read; control.tokens grants rights"
                    .formatted(caller.get().name())))
        : Optional.empty();
  }

  /** Who sends this token; anonymous if reading needs no token. */
  String callerName(String authorization) {
    return callers.find(authorization).map(KnownTokens.Caller::name).orElse(KnownTokens.ANONYMOUS);
  }

  private static Response unauthorized(String message) {
    return Response.refusal(401, message).with("WWW-Authenticate", "Bearer");
  }
}
