package io.metamigrate.oracle;

import org.junit.jupiter.api.Tag;

@Tag("campaign")
final class Limits400Test extends RealLimits {
  Limits400Test() {
    super("4.0.0");
  }
}
