package io.metamigrate.migrator.config;

import io.metamigrate.migrator.config.InvalidValuesException.Invalid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Collects what is wrong with the values of one record, and throws all of it at the end. */
final class Checks {
  private final List<Invalid> invalid = new ArrayList<>();

  Checks require(boolean valid, String key, Supplier<String> message) {
    if (!valid) {
      invalid.add(new Invalid(key, message.get()));
    }
    return this;
  }

  /** A rate; 0 means no limit. */
  Checks rate(String key, long value) {
    return require(
        value >= 0, key, () -> value + " is below 0; give 0 for no limit, or a number a second");
  }

  Checks within(String key, long value, long least, long most) {
    return require(
        value >= least && value <= most,
        key,
        () -> value + " is not within " + least + " to " + most);
  }

  Checks positive(String key, Duration value) {
    return require(
        !value.isZero() && !value.isNegative(),
        key,
        () -> Durations.format(value) + " is not a time; give one such as 30s or 2m");
  }

  Checks distinct(String key, Collection<String> ids) {
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      require(seen.add(id), key, () -> "'" + id + "' is listed twice; name each node once");
    }
    return this;
  }

  /** A certificate and its key, both or none. */
  Checks bothOrNone(Optional<Path> certificate, Optional<Path> key) {
    return require(
        certificate.isPresent() == key.isPresent(),
        certificate.isPresent() ? "certificate" : "key",
        () -> "a certificate and its key belong together; give both or none");
  }

  /** A user and the file of the password, both or none, and no password in the user's name. */
  Checks login(Login login) {
    boolean named = login.user().isPresent();
    return require(
            named == login.passwordFile().isPresent(),
            named ? "user" : "passwordFile",
            () -> "user and passwordFile belong together; give both or none")
        .require(
            login.user().filter(name -> name.indexOf(':') >= 0).isEmpty(),
            "user",
            () ->
                "the name contains a colon, which ends a user name; give its password in"
                    + " passwordFile");
  }

  void orThrow() {
    if (!invalid.isEmpty()) {
      throw new InvalidValuesException(invalid);
    }
  }
}
