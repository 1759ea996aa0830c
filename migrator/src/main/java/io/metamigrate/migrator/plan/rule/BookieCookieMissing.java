package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A bookie without its cookie in the metadata does not start again (InvalidCookieException). */
final class BookieCookieMissing implements Rule {
  @Override
  public String id() {
    return "BOOKIE_COOKIE_MISSING";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Set<String> cookies = facts.inventory().bookKeeper().cookies();
    Set<String> missing = new TreeSet<>(facts.inventory().bookKeeper().registered());
    facts.configuration().cutover().bookies().forEach(bookie -> missing.add(bookie.id()));
    missing.removeAll(cookies);
    return missing.stream()
        .map(
            id ->
                blocker(
                    id(),
                    "/ledgers/cookies/" + id,
                    "bookie %s has no cookie: once stopped it refuses to start, on either store"
                        .formatted(id),
                    "check its id; `bookkeeper shell cookie_get %s`, and cookie_generate with cookie_create if it is really lost"
                        .formatted(id)))
        .toList();
  }
}
