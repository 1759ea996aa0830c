package io.metamigrate.verifier.store;

import java.util.List;
import java.util.Optional;

/**
 * What etcd reports about itself.
 *
 * @param version of the member that answered; empty when status is not permitted
 * @param clusterId the same for every member of one etcd
 * @param databaseBytes size of the backend file
 * @param alarms as etcd names them, NOSPACE or CORRUPT
 * @param keysInScope keys that start with a slash and are in scope
 * @param keysElsewhere all other keys but the daemon's own
 */
public record TargetFacts(
    List<String> endpoints,
    Optional<String> version,
    long clusterId,
    long databaseBytes,
    List<String> alarms,
    long keysInScope,
    long keysElsewhere) {
  public TargetFacts {
    endpoints = List.copyOf(endpoints);
    alarms = List.copyOf(alarms);
  }
}
