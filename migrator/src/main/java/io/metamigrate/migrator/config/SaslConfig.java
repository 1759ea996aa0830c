package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the daemon authenticates to ZooKeeper: by a JAAS file (SASL, Kerberos or DIGEST-MD5), or by
 * user and password in ZooKeeper's own {@code digest} scheme; or not at all.
 *
 * @param jaasFile a JAAS login configuration
 * @param jaasContext the section of that file
 * @param login for the {@code digest} scheme
 */
record SaslConfig(Optional<Path> jaasFile, String jaasContext, Login login) {
  SaslConfig {
    new Checks()
        .login(login)
        .require(
            jaasFile.isEmpty() || login.user().isEmpty(),
            "jaasFile",
            () -> "give either a jaasFile or a user with its passwordFile")
        .orThrow();
  }

  static SaslConfig none() {
    return new SaslConfig(Optional.empty(), "Client", Login.none());
  }

  static SaslConfig read(Section section) {
    Optional<Path> jaasFile = section.secretFile("jaasFile");
    String context = section.text("jaasContext").orElse("Client");
    Login login = Login.read(section);
    return section.build(() -> new SaslConfig(jaasFile, context, login), none());
  }
}
