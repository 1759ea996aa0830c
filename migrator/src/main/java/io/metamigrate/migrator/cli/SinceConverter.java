package io.metamigrate.migrator.cli;

import io.metamigrate.verifier.store.Position;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code last}, or a position as reports print it. */
final class SinceConverter implements ITypeConverter<Since> {
  @Override
  public Since convert(String value) {
    try {
      return new Since(
          value.equals("last") ? Optional.empty() : Optional.of(Position.parse(value)));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage() + ", or last");
    }
  }
}
