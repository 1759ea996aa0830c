package io.metamigrate.verifier.check;

import java.util.EnumMap;
import java.util.Map;

/** What all checks found in one store. */
final class Findings {
  private final Map<DomainCheck, Faults> faults = new EnumMap<>(DomainCheck.class);

  Faults of(DomainCheck check) {
    return faults.computeIfAbsent(check, c -> new Faults());
  }
}
