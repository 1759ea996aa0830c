package io.metamigrate.oracle;

import org.junit.jupiter.api.Tag;

@Tag("campaign")
final class Limits307Test extends RealLimits {
  Limits307Test() {
    super("3.0.7");
  }
}
