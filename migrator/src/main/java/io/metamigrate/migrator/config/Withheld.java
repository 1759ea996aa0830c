package io.metamigrate.migrator.config;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a message shows of a value that may hold a secret in a place where none is expected: a
 * password in an address, or the secret itself where the path of its file belongs.
 */
final class Withheld {
  private static final String TEXT = "the value, not shown since it may hold a secret,";

  private Withheld() {}

  /** An address in quotes; without it, if it may hold credentials. */
  static String address(String text) {
    return text.indexOf('@') >= 0 || text.indexOf('?') >= 0 ? TEXT : "'" + text + "'";
  }

  /**
   * The fault of a file with a secret that cannot be read. The path is shown only if its folder is
   * there and was written, too; else the text may be the secret.
   *
   * @param text as the operator wrote it
   */
  static String secretFile(String text, Path file) {
    Path folder = file.getParent();
    boolean isPath = text.lastIndexOf('/') > 0 && folder != null && Files.isDirectory(folder);
    return isPath
        ? Section.unreadable(file)
        : "the value is not the path of a readable file, and is not shown, since it may be the secret;"
            + " give the path of a file that holds the secret";
  }
}
