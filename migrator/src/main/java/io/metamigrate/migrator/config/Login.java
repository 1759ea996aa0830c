package io.metamigrate.migrator.config;

import java.util.Optional;

/**
 * A user with a password, or no user.
 *
 * @param user without a colon, which ends a user's name
 * @param passwordFile present if the user is
 */
public record Login(Optional<String> user, Optional<SecretFile> passwordFile) {
  static Login none() {
    return new Login(Optional.empty(), Optional.empty());
  }

  static Login read(Section section) {
    return new Login(section.text("user"), section.secret("passwordFile"));
  }
}
