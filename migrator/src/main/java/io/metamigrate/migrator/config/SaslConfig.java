package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the daemon proves to ZooKeeper who it is: by a JAAS file (SASL, Kerberos or DIGEST-MD5), or
 * by user and password in ZooKeeper's own {@code digest} scheme; or not at all.
 *
 * @param jaasFile a JAAS login configuration
 * @param jaasContext the section of that file
 * @param user for the {@code digest} scheme
 * @param passwordFile for the {@code digest} scheme
 */
record SaslConfig(
    Optional<Path> jaasFile,
    String jaasContext,
    Optional<String> user,
    Optional<SecretFile> passwordFile) {
  SaslConfig {
    new Checks()
        .require(
            user.isPresent() == passwordFile.isPresent(),
            user.isPresent() ? "user" : "passwordFile",
            () -> "user and passwordFile belong together; give both or none")
        .require(
            jaasFile.isEmpty() || user.isEmpty(),
            "jaasFile",
            () -> "give either a jaasFile or a user with its passwordFile")
        .require(
            user.isEmpty() || user.get().indexOf(':') < 0,
            "user",
            () ->
                "the name holds a colon, which ends a user's name; give its password in passwordFile")
        .orThrow();
  }

  static SaslConfig none() {
    return new SaslConfig(Optional.empty(), "Client", Optional.empty(), Optional.empty());
  }

  static SaslConfig read(Section section) {
    Optional<Path> jaasFile = section.secretFile("jaasFile");
    String context = section.text("jaasContext").orElse("Client");
    Optional<String> user = section.text("user");
    Optional<SecretFile> password = section.secret("passwordFile");
    return section.build(() -> new SaslConfig(jaasFile, context, user, password), none());
  }
}
