package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.migrator.control.Status.Throttled;
import io.metamigrate.migrator.control.Status.Verification;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Two statuses: one of which everything is known, and one of which nothing is. */
final class Statuses {
  static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

  static final Status FULL =
      new Status(
          "Copying",
          "c1",
          50_000,
          OptionalLong.of(200_000),
          OptionalDouble.of(12_500.4),
          OptionalLong.of(12),
          OptionalLong.of(40),
          OptionalLong.of(3),
          Optional.of("0x100000abc"),
          Optional.of(new Verification(NOW.minusSeconds(90), true, 49_000)),
          Optional.of("the copy"),
          Optional.empty(),
          Optional.of(new Throttled("etcd: no space")),
          Set.of("AUTORECOVERY_NEEDS_ZOOKEEPER"),
          Health.of(
              List.of(
                  new Problem(
                      ProblemId.ETCD_SILENT,
                      "etcd has not answered for 9 s",
                      Optional.of(NOW.minusSeconds(9))))),
          false);

  static final Status BLANK =
      new Status(
          "Planned",
          "c1",
          0,
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of(),
          Health.of(List.of()),
          false);

  private Statuses() {}
}
