package io.metamigrate.oracle;

import org.junit.jupiter.api.Tag;

@Tag("campaign")
final class Limits424Test extends RealLimits {
  Limits424Test() {
    super("4.2.4");
  }
}
