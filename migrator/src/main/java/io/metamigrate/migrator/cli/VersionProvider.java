package io.metamigrate.migrator.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The product's version, from the jar's manifest. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"migrate " + version()};
  }

  static String version() {
    return Optional.ofNullable(VersionProvider.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
