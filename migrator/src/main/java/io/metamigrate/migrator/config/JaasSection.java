package io.metamigrate.migrator.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.URIParameter;
import javax.security.auth.login.AppConfigurationEntry;
import org.jspecify.annotations.Nullable;

/**
 * One section of a JAAS login configuration. ZooKeeper's client continues without a login if the
 * section is missing, so it is looked for first.
 *
 * @param loginModule class name of the section's first login module
 */
record JaasSection(String loginModule) {
  private static final String KEYTAB = "keyTab";

  private static final String DIGEST = "org.apache.zookeeper.server.auth.DigestLoginModule";

  /**
   * Reads a section and makes its file the login configuration of this process.
   *
   * @throws ConfigurationException when the file cannot be read or has no such section
   */
  static JaasSection read(Path file, String section) {
    if (!Files.isReadable(file)) {
      throw fault("jaasFile", "%s cannot be read; check the path and its rights".formatted(file));
    }
    AppConfigurationEntry @Nullable [] entries;
    try {
      javax.security.auth.login.Configuration configuration =
          javax.security.auth.login.Configuration.getInstance(
              "JavaLoginConfig", new URIParameter(uri(file)));
      entries = configuration.getAppConfigurationEntry(section);
      // The client logs in by the configuration of the process.
      javax.security.auth.login.Configuration.setConfiguration(configuration);
    } catch (NoSuchAlgorithmException | IllegalArgumentException | SecurityException e) {
      throw fault(
          "jaasFile", "%s is not a JAAS login configuration: %s".formatted(file, reason(e)));
    }
    if (entries == null || entries.length == 0) {
      throw fault(
          "jaasContext",
          "%s has no section '%s'; name a section of that file".formatted(file, section));
    }
    if (entries[0].getOptions().get(KEYTAB) instanceof String keytab
        && !Files.isReadable(Path.of(keytab.replaceFirst("^(FILE|file):", "")))) {
      throw fault(
          "jaasFile",
          "section '%s' names the keytab %s, which this user cannot read; check the path and its rights"
              .formatted(section, keytab));
    }
    return new JaasSection(entries[0].getLoginModuleName());
  }

  /** Whether the login is by DIGEST-MD5, which ZooKeeper's client refuses in FIPS mode. */
  boolean isDigestMd5() {
    return loginModule.equals(DIGEST);
  }

  private static URI uri(Path file) {
    return file.toAbsolutePath().toUri();
  }

  private static String reason(Exception e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  private static ConfigurationException fault(String key, String message) {
    return new ConfigurationException(new Fault("configuration", "source.sasl." + key, message));
  }
}
