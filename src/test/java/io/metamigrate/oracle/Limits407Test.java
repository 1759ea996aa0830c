package io.metamigrate.oracle;

import org.junit.jupiter.api.Tag;

@Tag("campaign")
final class Limits407Test extends RealLimits {
  Limits407Test() {
    super("4.0.7");
  }
}
