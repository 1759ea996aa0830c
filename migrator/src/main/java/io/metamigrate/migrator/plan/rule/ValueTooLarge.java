package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.PutRequest;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A value that etcd refuses in one request. */
final class ValueTooLarge implements Rule {
  private static final String REMEDY =
      "shrink it (a topic with very many ledgers or properties: shorten retention, or set managedLedgerInfoCompressionType), or raise etcd's --max-request-bytes";

  @Override
  public String id() {
    return "VALUE_TOO_LARGE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    int limit = facts.server().number(EtcdServerFacts.MAX_REQUEST).orElse(PutRequest.DEFAULT_LIMIT);
    List<Finding> findings = new ArrayList<>();
    for (Inventory.Large value : facts.inventory().large()) {
      int key = value.path().value().getBytes(StandardCharsets.UTF_8).length;
      String path = value.path().value();
      String size = "the value of %s has %,d bytes".formatted(path, value.bytes());
      if (value.bytes() > PutRequest.largestCopied(limit, key)) {
        findings.add(
            blocker(
                id(),
                path,
                "%s; etcd takes requests of %,d bytes (--max-request-bytes), which is a value of %,d by Pulsar and of %,d by this copy"
                    .formatted(
                        size,
                        limit,
                        PutRequest.largestValue(limit, key),
                        PutRequest.largestCopied(limit, key)),
                REMEDY));
      } else if (value.bytes() > limit / 3 * 2L) {
        findings.add(
            warning(
                id(),
                path,
                "%s, close to the %,d that etcd takes (--max-request-bytes): once it grows, its topic cannot be written"
                    .formatted(size, PutRequest.largestValue(limit, key)),
                REMEDY));
      }
    }
    return findings;
  }
}
