package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.ListedBy;
import io.metamigrate.migrator.plan.Listings;
import io.metamigrate.migrator.plan.RangeReply;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.Catalogue;
import java.util.ArrayList;
import java.util.List;

/**
 * Pulsar lists a directory on etcd by one reply with the keys of all its descendants; above 4 MiB
 * the client refuses it (gRPC {@code GrpcUtil.DEFAULT_MAX_MESSAGE_SIZE}). jetcd has
 * maxInboundMessageSize; no release of Pulsar sets it.
 */
final class ListingTooLarge implements Rule {
  @Override
  public String id() {
    return "LISTING_TOO_LARGE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (Listings.Directory directory : facts.inventory().listings().directories()) {
      if (isBelowLedgers(directory)) {
        continue;
      }
      boolean tooLarge = directory.replyBytes() > RangeReply.LIMIT;
      if (tooLarge && directory.by().isPresent()) {
        findings.add(
            blocker(id(), directory.path().value(), message(directory), remedy(directory)));
      } else if (tooLarge
          || (directory.by().isPresent() && directory.replyBytes() > RangeReply.LIMIT / 4 * 3)) {
        findings.add(
            warning(id(), directory.path().value(), message(directory), remedy(directory)));
      }
    }
    return findings;
  }

  /** A component that lists these began with {@code /ledgers}, whose listing is larger still. */
  private static boolean isBelowLedgers(Listings.Directory directory) {
    return directory.by().isEmpty() && directory.path().isAtOrBelow(Catalogue.LEDGERS);
  }

  private static String message(Listings.Directory directory) {
    return "on etcd a listing of %s is one reply of %,d bytes with all %,d keys below it, ledgers counted with the long ids of new ones. Pulsar refuses more than %,d; it is listed by %s"
        .formatted(
            directory.path(),
            directory.replyBytes(),
            directory.keys(),
            RangeReply.LIMIT,
            directory.by().map(ListedBy::title).orElse("tools, and when all of it is deleted"));
  }

  private static String remedy(Listings.Directory directory) {
    return directory.by().filter(by -> by == ListedBy.BOOKIES).isPresent()
        ? "have fewer ledgers: longer rollover (managedLedgerMaxEntriesPerLedger,"
            + " managedLedgerMinLedgerRolloverTimeMinutes), shorter retention, delete unused"
            + " topics and subscriptions, or offload; otherwise no bookie on etcd ever collects"
            + " garbage again"
        : "spread it over more parents (namespaces, tenants), or delete what is not used";
  }
}
