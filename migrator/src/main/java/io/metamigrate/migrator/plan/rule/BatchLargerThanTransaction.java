package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.util.List;
import java.util.OptionalInt;

/** Pulsar batches up to 1000 operations, etcd takes 128 in one transaction. */
final class BatchLargerThanTransaction implements Rule {
  private static final String SETTING = "metadataStoreBatchingMaxOperations";
  private static final int DEFAULT = 1_000;

  @Override
  public String id() {
    return "BATCH_LARGER_THAN_TRANSACTION";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    OptionalInt told = facts.server().number(EtcdServerFacts.MAX_OPERATIONS);
    int etcd = told.orElse(EtcdServerFacts.DEFAULT_MAX_OPERATIONS);
    int largest =
        facts.components().ofBrokers(SETTING).values().stream()
            .filter(text -> text.matches("\\d{1,9}"))
            .mapToInt(Integer::parseInt)
            .max()
            .orElse(DEFAULT);
    boolean known = !facts.components().ofBrokers(SETTING).isEmpty();
    return largest <= etcd
        ? List.of()
        : List.of(
            warning(
                id(),
                SETTING,
                "brokers send up to %,d operations in one transaction (%s), etcd takes %,d (--max-txn-ops%s): a larger one is refused and each operation repeated alone"
                    .formatted(
                        largest,
                        known ? SETTING : "the default, no broker told its own",
                        etcd,
                        told.isPresent() ? "" : ", the default"),
                "set %s=%d on the brokers, or start etcd with --max-txn-ops=%d"
                    .formatted(SETTING, etcd, largest)));
  }
}
