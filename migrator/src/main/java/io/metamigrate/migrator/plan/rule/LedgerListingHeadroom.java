package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.LedgerGrowth;
import io.metamigrate.migrator.plan.Listings;
import io.metamigrate.migrator.plan.RangeReply;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.Catalogue;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far the cluster is from the number of ledgers beyond which no bookie collects garbage. */
final class LedgerListingHeadroom implements Rule {
  /** Nearer than this, by the rate at which ledgers came, is worth a warning. */
  private static final double WARN_WITHIN_DAYS = 180;

  @Override
  public String id() {
    return "LEDGER_LISTING_HEADROOM";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    LedgerGrowth growth = facts.inventory().growth();
    if (growth.count() == 0) {
      return List.of();
    }
    Listings listings = facts.inventory().listings();
    long reply =
        listings.directories().stream()
            .filter(directory -> directory.path().equals(Catalogue.LEDGERS))
            .mapToLong(Listings.Directory::replyBytes)
            .findFirst()
            .orElse(0);
    if (reply > RangeReply.LIMIT) {
      return List.of();
    }
    long further = listings.additionalLedgers(reply);
    long wall = growth.count() + further;
    Optional<Double> rate = growth.perDay();
    Optional<LocalDate> date = growth.dateOfReaching(wall);
    String message =
        String.format(
            Locale.ROOT,
            "%,d ledgers; at about %,d their listing on etcd is refused and no bookie collects"
                + " garbage any more (each counted with the long id that new ones have); %s",
            growth.count(),
            wall,
            rate.map(
                    perDay ->
                        String.format(
                            Locale.ROOT,
                            "%,.1f a day were created, by the ctimes of those that exist, in the"
                                + " last 30 days before the newest%s",
                            perDay,
                            date.map(at -> ": reached about " + at + " if none is deleted")
                                .orElse(": not within a hundred years")))
                .orElse("no date is known, since those that exist were created within one day"));
    boolean isNear = rate.filter(perDay -> further / perDay < WARN_WITHIN_DAYS).isPresent();
    String remedy =
        "watch the number of ledgers after the move; longer rollover"
            + " (managedLedgerMaxEntriesPerLedger, managedLedgerMinLedgerRolloverTimeMinutes),"
            + " shorter retention and fewer idle topics keep it down";
    return List.of(
        isNear
            ? warning(id(), "/ledgers", message, remedy)
            : info(id(), "/ledgers", message, remedy));
  }
}
