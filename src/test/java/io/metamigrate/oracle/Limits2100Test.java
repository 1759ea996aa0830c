package io.metamigrate.oracle;

final class Limits2100Test extends RealLimits {
  Limits2100Test() {
    super("2.10.0");
  }
}
