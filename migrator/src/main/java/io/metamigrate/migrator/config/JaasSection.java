package io.metamigrate.migrator.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.URIParameter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.login.AppConfigurationEntry;
import org.jspecify.annotations.Nullable;

/**
 * One section of a JAAS login configuration. ZooKeeper's client continues without a login if the
 * section is missing (ClientCnxn.SendThread, 3.9.5), so it is looked for first.
 *
 * @param loginModule class name of the section's first login module
 */
record JaasSection(String loginModule) {
  private static final String KEYTAB = "keyTab";

  private static final Pattern LINE = Pattern.compile("Line (\\d+):");
  private static final Pattern SECTION =
      Pattern.compile("^\\s*([A-Za-z][A-Za-z0-9_.-]*)\\s*\\{", Pattern.MULTILINE);

  private static final String DIGEST = "org.apache.zookeeper.server.auth.DigestLoginModule";

  /**
   * Reads a section and makes its file the login configuration of this process.
   *
   * @throws ConfigurationException when the file cannot be read or has no such section
   */
  static JaasSection read(Path file, String section) {
    OperatorFile.fault(file)
        .ifPresent(
            why -> {
              throw fault("jaasFile", file + " " + why);
            });
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
          "jaasFile", "%s is not a JAAS login configuration: %s".formatted(file, syntax(e)));
    }
    if (entries == null || entries.length == 0) {
      throw fault(
          "jaasContext",
          "%s has no section of this name; it has: %s%s"
              .formatted(file, sections(file), mark(file)));
    }
    if (entries[0].getOptions().get(KEYTAB) instanceof String keytab) {
      Path path = Path.of(keytab.replaceFirst("^(FILE|file):", ""));
      if (!OperatorFile.isUsable(path)) {
        throw fault(
            "jaasFile",
            "option keyTab of section '%s': %s"
                .formatted(section, Redacted.secretFile(keytab, path)));
      }
    }
    return new JaasSection(entries[0].getLoginModuleName());
  }

  /**
   * Whether the login is by DIGEST-MD5, which ZooKeeper's client refuses in FIPS mode
   * (SecurityUtils, 3.9.5).
   */
  boolean isDigestMd5() {
    return loginModule.equals(DIGEST);
  }

  private static URI uri(Path file) {
    return file.toAbsolutePath().toUri();
  }

  /** Where it is wrong; what was read there may be a password. */
  private static String syntax(Exception e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    Matcher line = LINE.matcher(String.valueOf(deepest.getMessage()));
    return (line.find() ? "line " + line.group(1) + " cannot be read" : "it cannot be read")
        + "; the form is SECTION { CLASS required OPTION=\"VALUE\"; };";
  }

  /** It becomes a part of the first name. */
  private static String mark(Path file) {
    try {
      return Files.readString(file).startsWith(SecretFile.BYTE_ORDER_MARK)
          ? ". The file begins with a byte order mark; save it as UTF-8 without one"
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Names of the sections, as far as the file's lines show them. */
  private static String sections(Path file) {
    try {
      List<String> names =
          SECTION.matcher(Files.readString(file)).results().map(found -> found.group(1)).toList();
      return names.isEmpty() ? "none" : String.join(", ", names);
    } catch (IOException e) {
      return "none that can be read";
    }
  }

  private static ConfigurationException fault(String key, String message) {
    return new ConfigurationException(new Fault("configuration", "source.sasl." + key, message));
  }
}
