package io.metamigrate.migrator.control;

import io.metamigrate.migrator.config.PrivateFile;
import io.metamigrate.migrator.config.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret that a caller sends as {@code Authorization: Bearer ...}. Never shown. */
final class Token {
  private static final String SCHEME = "Bearer ";
  private static final int RANDOM_BYTES = 32;

  private final String secret;

  private Token(String secret) {
    this.secret = secret;
  }

  /** The operator's own. */
  static Token of(SecretFile file) {
    return new Token(file.readToken());
  }

  /**
   * A new random one, written into a file that only this user can read.
   *
   * @throws IOException when the file cannot be written
   */
  static Token generate(Path file) throws IOException {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    Token token = new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    PrivateFile.write(file, token.secret + "\n");
    return token;
  }

  /** Where the daemon on this port puts the token it makes, and where its callers look for it. */
  static Path fileFor(int port) {
    return Path.of(System.getProperty("user.home"), ".metamigrate", "control-" + port + ".token");
  }

  /** Compares in constant time. */
  boolean matches(String authorization) {
    return authorization.startsWith(SCHEME)
        && MessageDigest.isEqual(
            digest(secret), digest(authorization.substring(SCHEME.length()).strip()));
  }

  String header() {
    return SCHEME + secret;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "Token[hidden]";
  }
}
