package io.metamigrate.migrator.plan;

import java.util.List;
import java.util.Optional;

/**
 * Whether brokers and bookies will be sent to the etcd that is filled.
 *
 * @param difference why not, in words
 * @param silent their endpoints that do not answer from here
 */
public record ComponentEtcd(Optional<String> difference, List<String> silent) {
  /** They are given the same endpoints, or all of theirs lead to it. */
  public static final ComponentEtcd SAME = new ComponentEtcd(Optional.empty(), List.of());

  public ComponentEtcd {
    silent = List.copyOf(silent);
  }

  /** Why nothing may be given their addresses. */
  public Optional<String> obstacle() {
    return difference.map(
        how -> "target.componentUrl and target.etcd lead to different etcds: " + how);
  }
}
