package io.metamigrate.verifier.check;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Pulsar and BookKeeper need to find, beyond equal bytes. The constants' names are the
 * identifiers in reports and runbooks. Each names what it examines and what it looks up; it is left
 * out only if the question covers nothing of one of the two.
 */
enum DomainCheck {
  /**
   * What an empty store lacks, BookKeeper's set-up tools take for a cluster to be formatted; never
   * excused, since etcd cannot serve without them, whatever ZooKeeper has.
   */
  ROOT_KEYS_PRESENT("keys that BookKeeper needs to start", Catalogue.ROOT_KEYS, List.of()),
  COOKIES_MATCH_INSTANCE("cookies", List.of(Catalogue.COOKIES), List.of(Catalogue.INSTANCE_ID)),
  LEDGERS_DECODE("ledgers", List.of(Catalogue.LEDGERS), List.of()),
  MANAGED_LEDGERS_DECODE("topics", List.of(Catalogue.MANAGED_LEDGERS), List.of()),
  CURSORS_DECODE("subscriptions", List.of(Catalogue.MANAGED_LEDGERS), List.of()),
  SCHEMAS_DECODE("schemas", List.of(Catalogue.SCHEMAS), List.of()),
  CURSOR_TOPIC_EXISTS("subscriptions", List.of(Catalogue.MANAGED_LEDGERS), List.of()),
  PARTITIONS_FIT_TOPICS(
      "partitions",
      List.of(Catalogue.MANAGED_LEDGERS),
      List.of(Catalogue.ADMIN.child("partitioned-topics"))),
  /** Excused as long as most exist; if most are missing, they are in another place. */
  LEDGERS_EXIST(
      "ledgers named by topics, subscriptions and schemas",
      List.of(Catalogue.MANAGED_LEDGERS, Catalogue.SCHEMAS),
      List.of(Catalogue.LEDGERS)),
  /** Ephemeral on ZooKeeper, so it must not be on etcd permanently; never excused. */
  NOTHING_EPHEMERAL_CARRIED("keys", List.of(ZkPath.ROOT), List.of()),
  /** Ids that are allocated twice lose messages; never excused. */
  NEXT_LEDGER_ID_ABOVE_ALL(
      "ledger ids",
      List.of(Catalogue.LEDGERS, Catalogue.MANAGED_LEDGERS, Catalogue.SCHEMAS),
      List.of(Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR));

  private final String subject;

  /** Both are unmodifiable. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<ZkPath> examined;

  @SuppressWarnings("ImmutableEnumChecker")
  private final List<ZkPath> lookedUp;

  DomainCheck(String subject, List<ZkPath> examined, List<ZkPath> lookedUp) {
    this.subject = subject;
    this.examined = examined;
    this.lookedUp = lookedUp;
  }

  /** What is counted as checked, in the plural. */
  String subject() {
    return subject;
  }

  /** The paths that it reads, each with all below it. */
  List<String> reads() {
    return Stream.concat(examined.stream(), lookedUp.stream()).map(ZkPath::value).toList();
  }

  /** Whether a question about this scope covers something that it examines. */
  boolean isAsked(Scope scope) {
    return this == ROOT_KEYS_PRESENT
        ? examined.stream().anyMatch(scope::contains)
        : touches(scope, examined) && (lookedUp.isEmpty() || touches(scope, lookedUp));
  }

  /** Why it is left out of a question about this scope. */
  String reasonToSkip(Scope scope) {
    List<ZkPath> missing = touches(scope, examined) ? lookedUp : examined;
    return "it reads "
        + (missing.isEmpty() ? examined : missing)
            .stream().map(ZkPath::value).collect(Collectors.joining(", "))
        + ", outside of the compared paths";
  }

  private static boolean touches(Scope scope, List<ZkPath> paths) {
    return paths.stream().anyMatch(scope::touches);
  }
}
