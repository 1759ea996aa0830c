package io.metamigrate.migrator.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a message shows of a value that may hold a secret in a place where none is expected: a
 * password in an address, a token among the arguments of a command, or the secret itself where the
 * path of its file belongs.
 */
final class Redacted {
  private static final String TEXT = "the value, not shown since it may hold a secret,";

  /** Signs of credentials, of a query or of a fragment. */
  private static final Pattern SIGNS = Pattern.compile("[@?#;=&]");

  private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9_./-]+");
  private static final int LONGEST_PATH = 255;

  private Redacted() {}

  /** An address in quotes; without it, if it may hold credentials. */
  static String address(String text) {
    return isSuspect(text) ? TEXT : "'" + text + "'";
  }

  /** Whether an address has a sign that none has, such as that of a query. */
  static boolean isSuspect(String address) {
    return SIGNS.matcher(address).find();
  }

  /** A shell command: its program alone, since any argument may be a password or a token. */
  static String command(String command) {
    String[] words = command.strip().split("\\s+", 2);
    if (!PROGRAM.matcher(words[0]).matches()) {
      return "(command not shown)";
    }
    return words.length == 1 ? words[0] : words[0] + " (arguments not shown)";
  }

  /**
   * The fault of a file that cannot be read; a text that can be no path may be the content of the
   * file, and is not shown.
   *
   * @param text as the operator wrote it
   */
  static String file(String text, Path file) {
    boolean isContent =
        text.length() > LONGEST_PATH
            || text.startsWith("-----")
            || text.chars().anyMatch(Character::isISOControl);
    return isContent
        ? "the value is not a path; it is not shown, since it may be the content of the file; give"
            + " its path"
        : "'" + file + "' " + OperatorFile.fault(file).orElse("cannot be used");
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
        ? file(text, file)
        : "the value is not the path of a readable file, and is not shown, since it may be the"
            + " secret; give the path of a file that holds the secret";
  }
}
