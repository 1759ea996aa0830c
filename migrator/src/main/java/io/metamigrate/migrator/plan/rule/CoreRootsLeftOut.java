package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the scope leaves out is not on etcd; to brokers there it has never existed. */
final class CoreRootsLeftOut implements Rule {
  private static final String REMEDY =
      "take it into the scope (scope.include, scope.exclude); `migrate run --accept"
          + " CORE_ROOTS_LEFT_OUT` copies the rest, for a test: `migrate cutover` refuses while a"
          + " root is left out";

  private static final String DELETED =
      ", and bookies there delete the data of each ledger that is not listed";

  @Override
  public String id() {
    return "CORE_ROOTS_LEFT_OUT";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Scope scope = facts.configuration().scope().toScope();
    List<Finding> findings = new ArrayList<>();
    if (scope.contains(Catalogue.LEDGERS)) {
      Catalogue.ROOT_KEYS.stream()
          .filter(key -> !scope.contains(key))
          .map(
              key ->
                  blocker(
                      id(),
                      key.value(),
                      "the configured scope leaves out %s, without which no bookie starts on etcd"
                          .formatted(key),
                      REMEDY))
          .forEach(findings::add);
    }
    facts
        .source()
        .leftOut()
        .forEach(
            (root, left) -> {
              long inScope = facts.inventory().inRoot(root);
              String message =
                  String.format(
                      Locale.ROOT,
                      "the configured scope leaves out %,d nodes of %s%s: on etcd they do not"
                          + " exist",
                      left,
                      root,
                      inScope == 0
                          ? ", all of them"
                          : String.format(Locale.ROOT, " and keeps %,d", inScope));
              boolean whole = Catalogue.mustBeComplete(new ZkPath(root));
              findings.add(
                  left >= inScope || whole
                      ? blocker(id(), root, message + (whole ? DELETED : ""), REMEDY)
                      : warning(
                          id(),
                          root,
                          message,
                          "check scope.exclude: whatever it names is lost on etcd"));
            });
    return findings;
  }
}
