package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pulsar's stores batch up to 1000 operations, etcd takes 128 in one transaction. Brokers have a
 * setting for it since 2.10. Bookies have none up to 4.1; 4.2 reads it from the query of their
 * metadataServiceUri (MetadataStoreUrl, MetadataStoreConfigQueryParams of 4.2.4).
 */
final class BatchLargerThanTransaction implements Rule {
  private static final String SETTING = "metadataStoreBatchingMaxOperations";
  private static final String PARAMETER = "batchingMaxOperations";
  private static final Pattern IN_URI = Pattern.compile("[?&]" + PARAMETER + "=(\\d{1,9})");
  private static final int DEFAULT = 1_000;

  @Override
  public String id() {
    return "BATCH_LARGER_THAN_TRANSACTION";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    OptionalInt reported = facts.server().number(EtcdServerFacts.MAX_OPERATIONS);
    int etcd = reported.orElse(EtcdServerFacts.DEFAULT_MAX_OPERATIONS);
    int brokers =
        facts.components().ofBrokers(SETTING).values().stream()
            .filter(text -> text.matches("\\d{1,9}"))
            .mapToInt(Integer::parseInt)
            .max()
            .orElse(DEFAULT);
    int bookies = bookies(facts);
    List<String> senders = new ArrayList<>();
    if (brokers > etcd) {
      senders.add(
          "brokers send up to %,d operations in one transaction (%s)".formatted(brokers, SETTING));
    }
    if (bookies > etcd) {
      senders.add("bookies send up to %,d operations in one transaction".formatted(bookies));
    }
    return senders.isEmpty()
        ? List.of()
        : List.of(
            warning(
                id(),
                SETTING,
                "%s; etcd accepts %,d (--max-txn-ops%s): a larger one is refused, and each operation is repeated on its own"
                    .formatted(
                        String.join(", ", senders),
                        etcd,
                        reported.isPresent() ? "" : ", the default"),
                remedy(facts, etcd, brokers, bookies)));
  }

  private static int bookies(Facts facts) {
    return facts.components().ofBookies("metadataServiceUri").values().stream()
        .mapToInt(
            uri -> {
              Matcher own = IN_URI.matcher(uri);
              return haveSetting(facts) && own.find() ? Integer.parseInt(own.group(1)) : DEFAULT;
            })
        .max()
        .orElse(DEFAULT);
  }

  private static boolean haveSetting(Facts facts) {
    return facts.pulsarVersion().filter(PulsarVersion::bookiesTakeBatchSize).isPresent();
  }

  private static String remedy(Facts facts, int etcd, int brokers, int bookies) {
    String server =
        "start every member of etcd with --max-txn-ops=%d".formatted(Math.max(brokers, bookies));
    if (bookies <= etcd) {
      return "%s, or set %s=%d on the brokers".formatted(server, SETTING, etcd);
    }
    return haveSetting(facts)
        ? "%s, or set %s=%d on the brokers and ?%s=%d in metadataServiceUri of the bookies"
            .formatted(server, SETTING, etcd, PARAMETER, etcd)
        : server + "; bookies before 4.2 have no setting for it";
  }
}
