package io.metamigrate.oracle;

import org.junit.jupiter.api.Tag;

@Tag("campaign")
final class Limits2100Test extends RealLimits {
  Limits2100Test() {
    super("2.10.0");
  }
}
