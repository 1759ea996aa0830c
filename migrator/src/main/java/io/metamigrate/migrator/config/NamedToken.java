package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.util.Set;

/**
 * One caller of the control interface.
 *
 * @param name who it is, as recorded with each action
 * @param file holds the token that this caller sends
 */
public record NamedToken(String name, SecretFile file, Rights rights) {
  /** What the log has for a caller without a name. */
  private static final Set<String> RESERVED = Set.of("operator", "anonymous");

  /** What a caller may do. */
  public enum Rights {
    /** Read status, metrics and events. */
    READ,
    /** Also pause, resume, throttle, abort, confirm. */
    ACT
  }

  public NamedToken {
    new Checks()
        .require(
            name.matches("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"),
            "name",
            () -> "this is not a name; give up to 64 letters, digits, '.', '_', '-' or '@'")
        .require(
            !RESERVED.contains(name),
            "name",
            () -> "'" + name + "' is how callers without a name are recorded; give another name")
        .orThrow();
  }

  private static final NamedToken UNREAD =
      new NamedToken("unread", new SecretFile(Path.of("unread")), Rights.READ);

  static NamedToken read(Section section) {
    String name = section.text("name").orElse("");
    section.require("file", "name the file that holds this caller's token");
    SecretFile file = section.secret("file").orElseGet(UNREAD::file);
    Rights rights = section.choice("rights", Rights.READ);
    return section.build(() -> new NamedToken(name, file, rights), UNREAD);
  }
}
