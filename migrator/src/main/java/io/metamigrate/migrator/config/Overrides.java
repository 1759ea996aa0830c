package io.metamigrate.migrator.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the command line gives, as text; it wins over the file. Absent fields change nothing. */
public record Overrides(
    Optional<String> zookeeper,
    Optional<String> configurationZookeeper,
    Optional<String> etcd,
    Optional<String> cluster,
    Optional<String> pulsarVersion,
    Optional<String> ledgerIds,
    Optional<String> versions) {

  static Overrides none() {
    return new Overrides(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Reads flags and keeps what is wrong with each, so that all of it is reported at once. */
  static final class Reader {
    private final List<Fault> faults = new ArrayList<>();

    <T> Optional<T> read(String flag, Optional<String> text, Function<String, T> parser) {
      return text.flatMap(given -> read(flag, () -> parser.apply(given)));
    }

    <T> Optional<T> read(String flag, Supplier<T> maker) {
      try {
        return Optional.of(maker.get());
      } catch (InvalidValuesException e) {
        e.values().forEach(bad -> faults.add(new Fault(flag, "", bad.message())));
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(flag, "", String.valueOf(e.getMessage())));
      }
      return Optional.empty();
    }

    void orThrow() {
      ConfigurationException.throwIfAny(faults);
    }
  }
}
