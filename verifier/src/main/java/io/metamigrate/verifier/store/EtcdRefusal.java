package io.metamigrate.verifier.store;

import java.util.Optional;

/**
 * The message for a request that etcd refuses because of its user, or because a member does not
 * serve clients yet. Derived from etcd's own words (api/v3rpc/rpctypes/error.go).
 */
final class EtcdRefusal {
  private static final String LEARNER = "rpc not supported for learner";

  private EtcdRefusal() {}

  /**
   * The line for a refusal; empty if the failure is none.
   *
   * @param subject what was asked for
   * @param reason etcd's message
   */
  static Optional<String> line(EtcdSettings settings, String subject, String reason) {
    String user =
        settings.user().map(name -> "user '" + name + "'").orElse("clients without a user");
    if (reason.contains("invalid user ID or password") || reason.contains("user name not found")) {
      return Optional.of(
          "etcd at %s refuses the password of %s; check target.user and target.passwordFile"
              .formatted(settings, user));
    }
    if (reason.contains("user name is empty")) {
      return Optional.of(
          "etcd at %s requires authentication; set target.user and target.passwordFile, or give a certificate (target.tls.certificate) whose common name is a user"
              .formatted(settings));
    }
    if (reason.contains("authentication is not enabled")) {
      return Optional.of(
          "etcd at %s has no users: authentication is not enabled; leave out target.user and target.passwordFile, or enable it"
              .formatted(settings));
    }
    if (reason.contains("permission denied")) {
      return Optional.of(
          "etcd at %s denies %s this request (%s): permission denied; a role needs read on all keys, and readwrite on the prefixes '/' and 'metamigrate/'"
              .formatted(settings, user, subject));
    }
    if (reason.contains(LEARNER)) {
      return Optional.of(
          "etcd at %s: %s. Leave the learner out of the endpoints (`etcdctl member list` shows it), or promote it with `etcdctl member promote`"
              .formatted(settings, LEARNER));
    }
    return Optional.empty();
  }

  /** Whether the endpoint leads to a member that serves no clients yet. */
  static boolean isByLearner(StoreException failure) {
    return String.valueOf(failure.getMessage()).contains(LEARNER);
  }
}
