package io.metamigrate.verifier.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What etcd reports over HTTP about how it was started and how it does.
 *
 * @param flags of its command line, only those that a plan uses, without dashes; empty if they are
 *     not reported, as when it was started with a configuration file
 * @param metrics empty if they are not served at the client's address
 * @param authentication whether a user and a password are asked for
 * @param silent endpoints that do not answer
 */
public record EtcdServerFacts(
    Optional<Map<String, String>> flags,
    Optional<ServerMetrics> metrics,
    Optional<Boolean> authentication,
    List<String> silent) {
  static final EtcdServerFacts NOT_REPORTED =
      new EtcdServerFacts(Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  public static final String COMPACTION = "auto-compaction-retention";
  public static final String MAX_OPERATIONS = "max-txn-ops";
  public static final String MAX_REQUEST = "max-request-bytes";

  /** etcd's default for {@code --max-txn-ops} ({@code embed.DefaultMaxTxnOps}). */
  public static final int DEFAULT_MAX_OPERATIONS = 128;

  public EtcdServerFacts {
    flags = flags.map(Map::copyOf);
    silent = List.copyOf(silent);
  }

  /**
   * From its metrics.
   *
   * @param quotaBytes how large its database may become
   * @param compactRevision of the last compaction since it was started; none when it never was
   * @param revision of the store
   * @param fsyncP99Millis time below which 99 of 100 writes of its log were on disk
   * @param fsyncs how many such writes that is about
   */
  public record ServerMetrics(
      OptionalLong quotaBytes,
      OptionalLong compactRevision,
      OptionalLong revision,
      OptionalDouble fsyncP99Millis,
      long fsyncs) {}

  /** A flag's value, if etcd reported its flags and has it. */
  public Optional<String> flag(String name) {
    return flags.map(all -> all.get(name));
  }

  /** A flag's value as a number. */
  public OptionalInt number(String name) {
    return flag(name)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }
}
