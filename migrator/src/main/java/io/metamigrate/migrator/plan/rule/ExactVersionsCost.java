package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Inventory.ExtraPuts;
import io.metamigrate.migrator.plan.PlanText;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Locale;

/** A version of n takes n puts, since etcd gives versions by counting ({@code mvccpb.KeyValue}). */
final class ExactVersionsCost implements Rule {
  @Override
  public String id() {
    return "EXACT_VERSIONS_COST";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (!facts.configuration().copy().exactVersions()) {
      return List.of();
    }
    ExtraPuts further = facts.inventory().further();
    return List.of(
        info(
            id(),
            further.at().map(ZkPath::value).orElse(""),
            String.format(
                Locale.ROOT,
                "exact versions take %,d more puts and %s of history%s",
                further.puts(),
                PlanText.bytes(further.bytes()),
                further.at().map(at -> largestShare(further, at)).orElse("")),
            "leave out --versions exact if no other cluster checks versions"
                + " (METADATA_SYNC_ACTIVE)"));
  }

  private static String largestShare(ExtraPuts further, ZkPath at) {
    return String.format(
        Locale.ROOT, "; %s alone takes %,d, one after the other", at, further.most());
  }
}
