package io.metamigrate.verifier.check;

import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.decode.ManagedLedgerValue;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the topics of one store name: their ledgers, subscriptions, partitions and schemas.
 * Partition numbers come before topics, topics before their subscriptions, since paths are in
 * order.
 */
final class TopicFacts {
  static final String PARTITIONED = "/admin/partitioned-topics/";

  private static final String PARTITION = "-partition-";
  private static final int MAX_DIGITS = 9;

  private final Findings findings;
  private final LedgerReferences references;
  private final Decoding decoding;
  private final Scope scope;
  private final LongSet topics = new LongSet();
  private final LongSet unread = new LongSet();
  private final Map<Long, Integer> partitions = new HashMap<>();

  TopicFacts(Findings findings, LedgerReferences references, Decoding decoding, Scope scope) {
    this.findings = findings;
    this.references = references;
    this.decoding = decoding;
    this.scope = scope;
  }

  /** A node below {@code /admin/partitioned-topics}. */
  void partitioned(StoreEntry entry) {
    String topic = entry.path().substring(PARTITIONED.length());
    if (!entry.known()) {
      unread.add(Hash.of(topic));
      return;
    }
    if (entry.value().length == 0 && !isTopic(topic)) {
      return;
    }
    decoding
        .partitions
        .of(entry)
        .match(
            value -> partitions.put(Hash.of(topic), value.partitions()),
            reason ->
                findings.of(DomainCheck.PARTITIONS_FIT_TOPICS).add(entry.path() + ": " + reason));
  }

  /** A topic or a subscription. */
  void managedLedger(ManagedLedgerPath path, StoreEntry entry) {
    if (path.cursor().isPresent()) {
      subscription(path, entry);
    } else {
      topic(path, entry);
    }
  }

  /** A node below {@code /schemas} that has a value. */
  void schema(StoreEntry entry) {
    decoding
        .schema
        .of(entry)
        .match(
            schema -> schema.ledgers().forEach(ledger -> references.named(ledger, entry.path())),
            undecodable(DomainCheck.SCHEMAS_DECODE, entry));
  }

  private void topic(ManagedLedgerPath path, StoreEntry entry) {
    topics.add(Hash.of(path.topic()));
    if (!entry.known()) {
      return;
    }
    partition(path.topic(), entry.path());
    decoding
        .topic
        .of(entry)
        .match(
            topic -> topic.ledgers().forEach(ledger -> topicLedger(ledger, entry.path())),
            undecodable(DomainCheck.MANAGED_LEDGERS_DECODE, entry));
  }

  private void topicLedger(ManagedLedgerValue.Ledger ledger, String path) {
    if (ledger.deletedFromBookKeeper()) {
      references.mentioned(ledger.id(), path);
    } else {
      references.named(ledger.id(), path);
    }
  }

  private void subscription(ManagedLedgerPath path, StoreEntry entry) {
    Faults orphans = findings.of(DomainCheck.CURSOR_TOPIC_EXISTS);
    orphans.checked();
    if (!topics.contains(Hash.of(path.topic()))) {
      if (scope.contains(new ZkPath(ManagedLedgerPath.ROOT + "/" + path.topic()))) {
        orphans.add(entry.path() + " has no topic");
      } else {
        orphans.outside();
      }
    }
    if (!entry.known()) {
      return;
    }
    decoding
        .cursor
        .of(entry)
        .match(
            cursor -> {
              cursor.ledgers().forEach(ledger -> references.named(ledger, entry.path()));
              cursor.markDelete().ifPresent(at -> references.mentioned(at.ledger(), entry.path()));
            },
            undecodable(DomainCheck.CURSORS_DECODE, entry));
  }

  /** Counts the value as checked; what to do with the reason if it cannot be read. */
  private Consumer<String> undecodable(DomainCheck check, StoreEntry entry) {
    Faults faults = findings.of(check);
    faults.checked();
    return reason -> faults.add(entry.path() + ": " + reason);
  }

  private void partition(String topic, String path) {
    int mark = topic.lastIndexOf(PARTITION);
    String index = mark < 1 ? "" : topic.substring(mark + PARTITION.length());
    if (index.isEmpty()
        || index.length() > MAX_DIGITS
        || !index.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return;
    }
    Faults faults = findings.of(DomainCheck.PARTITIONS_FIT_TOPICS);
    faults.checked();
    String parent = topic.substring(0, mark);
    Integer number = partitions.get(Hash.of(parent));
    if (number == null
        && (unread.contains(Hash.of(parent))
            || !scope.contains(new ZkPath(PARTITIONED + parent)))) {
      faults.outside();
    } else if (number == null) {
      faults.add(path + " is a partition of a topic that is not partitioned");
    } else if (Integer.parseInt(index) >= number) {
      faults.add(path + " is outside of its topic's " + number + " partitions");
    }
  }

  /** Levels above topics have a domain as their last part at most. */
  private static boolean isTopic(String topic) {
    return ManagedLedgerPath.of(ManagedLedgerPath.ROOT + "/" + topic).isPresent();
  }
}
