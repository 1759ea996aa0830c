package io.metamigrate.verifier.check;

/**
 * What Pulsar and BookKeeper need to find, beyond equal bytes. The constants' names are the
 * identifiers in reports and runbooks.
 */
public enum DomainCheck {
  /** What an empty store lacks, BookKeeper's set-up tools take for a cluster to be formatted. */
  ROOT_KEYS_PRESENT("keys that BookKeeper's start needs"),
  COOKIES_MATCH_INSTANCE("cookies"),
  LEDGERS_DECODE("ledgers"),
  MANAGED_LEDGERS_DECODE("topics"),
  CURSORS_DECODE("subscriptions"),
  SCHEMAS_DECODE("schemas"),
  CURSOR_TOPIC_EXISTS("subscriptions"),
  PARTITIONS_FIT_TOPICS("partitions"),
  LEDGERS_EXIST("ledgers named by topics, subscriptions and schemas"),
  /** Ephemeral on ZooKeeper, so it must not be on etcd for ever; never excused. */
  NOTHING_EPHEMERAL_CARRIED("keys"),
  /** Ids given twice lose messages; never excused. */
  NEXT_LEDGER_ID_ABOVE_ALL("ledger ids");

  private final String subject;

  DomainCheck(String subject) {
    this.subject = subject;
  }

  /** What is counted as checked, in the plural. */
  String subject() {
    return subject;
  }
}
