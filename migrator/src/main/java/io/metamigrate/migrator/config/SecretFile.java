package io.metamigrate.migrator.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/** A file that holds one secret. Only its path is kept; the secret is read when it is needed. */
public record SecretFile(Path path) {
  private static final int MAX_BYTES = 64 * 1024;
  private static final Pattern IN_A_HEADER = Pattern.compile("[ -~]+");
  private static final Pattern END = Pattern.compile("[\\r\\n]+$");

  /** What editors on Windows write before the text. */
  static final String BYTE_ORDER_MARK = "\uFEFF";

  public SecretFile {
    Objects.requireNonNull(path, "path");
  }

  /**
   * The secret, without the byte order mark and the line ends that editors add. Spaces belong to
   * it.
   *
   * @throws ConfigurationException when the file cannot be read, or does not hold one secret
   */
  public String read() {
    OperatorFile.fault(path)
        .ifPresent(
            why -> {
              throw fault("this " + why);
            });
    String secret;
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw fault("the file is larger than 64 KiB, too large for a password or token");
      }
      String text = Files.readString(path);
      secret =
          END.matcher(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).replaceFirst("");
    } catch (CharacterCodingException e) {
      throw fault("the file is not UTF-8; convert it, for example with iconv -t UTF-8");
    } catch (IOException e) {
      throw fault("the file cannot be read; check that it exists and who may read it");
    }
    if (secret.isBlank()) {
      throw fault("the file is empty; write the password or token into it");
    }
    if (secret.indexOf('\n') >= 0) {
      throw fault("the file has several lines; write only the password or token into it");
    }
    if (secret.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
      throw fault(
          "the file has a control character, such as NUL or a lone CR; write only the password or"
              + " token into it");
    }
    return secret;
  }

  /**
   * A token for an HTTP header, without the spaces around it, which a header does not keep.
   *
   * @throws ConfigurationException also if a header cannot hold it
   */
  public String readToken() {
    String token = read().strip();
    if (!IN_A_HEADER.matcher(token).matches()) {
      throw fault(
          "the token has characters that an HTTP header cannot hold; use printable ASCII only");
    }
    return token;
  }

  private ConfigurationException fault(String message) {
    return new ConfigurationException(new Fault(path.toString(), "", message));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
