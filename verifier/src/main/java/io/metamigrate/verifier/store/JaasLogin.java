package io.metamigrate.verifier.store;

import java.util.Optional;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

/**
 * Why a login by JAAS fails before any server of ZooKeeper is asked, as with a principal that the
 * KDC does not know: ZooKeeper's client only reports that it failed.
 */
final class JaasLogin {
  private JaasLogin() {}

  /** Logs in once more by the process's JAAS configuration; empty if that works. */
  static Optional<String> fault(String section) {
    try {
      LoginContext context = new LoginContext(section);
      context.login();
      context.logout();
      return Optional.empty();
    } catch (LoginException | SecurityException e) {
      // an exception of the login module comes with its whole stack trace
      return Optional.of(
          String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("without a reason"));
    }
  }
}
