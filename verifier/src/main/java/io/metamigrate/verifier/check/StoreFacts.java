package io.metamigrate.verifier.check;

import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.store.Scope;
import java.util.Optional;

/** All facts of one store, from one pass over its nodes in order of path. For one thread. */
final class StoreFacts {
  private static final String SCHEMAS = "/schemas/";

  private final Findings findings = new Findings();
  private final LedgerReferences references;
  private final TopicFacts topics;
  private final LedgerFacts ledgers;

  StoreFacts(boolean anyLayout, Decoding decoding, Scope scope) {
    this.references = new LedgerReferences(findings.of(DomainCheck.LEDGERS_EXIST), scope);
    this.topics = new TopicFacts(findings, references, decoding, scope);
    this.ledgers = new LedgerFacts(findings, references, decoding, anyLayout, scope);
  }

  void accept(StoreEntry entry) {
    String path = entry.path();
    if (path.startsWith(LedgerPaths.ROOT)) {
      ledgers.accept(entry);
    } else if (path.startsWith(TopicFacts.PARTITIONED)) {
      topics.partitioned(entry);
    } else if (path.startsWith(SCHEMAS) && entry.value().length > 0) {
      topics.schema(entry);
    } else {
      Optional<ManagedLedgerPath> topic = ManagedLedgerPath.of(path);
      topic.ifPresent(managed -> topics.managedLedger(managed, entry));
    }
  }

  void end() {
    ledgers.end();
  }

  Faults faults(DomainCheck check) {
    return findings.of(check);
  }

  LedgerReferences references() {
    return references;
  }
}
