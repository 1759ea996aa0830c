package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Keys of other applications, which are left alone. */
final class KeysOutOfScope implements Rule {
  @Override
  public String id() {
    return "KEYS_OUT_OF_SCOPE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    long elsewhere = facts.target().keysElsewhere();
    return elsewhere <= 0
        ? List.of()
        : List.of(
            info(
                id(),
                String.join(",", facts.target().endpoints()),
                "etcd holds %,d other keys, which are left alone".formatted(elsewhere),
                "nothing to do"));
  }
}
