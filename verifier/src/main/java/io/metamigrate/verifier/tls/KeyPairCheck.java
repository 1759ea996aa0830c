package io.metamigrate.verifier.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a private key belongs to a certificate's public key. */
final class KeyPairCheck {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA", "DSA");
  private static final byte[] SAMPLE = "metamigrate".getBytes(StandardCharsets.UTF_8);

  private KeyPairCheck() {}

  /**
   * Signs and verifies a sample. A key in a form that the Java runtime does not read by itself
   * passes, and so does a damaged one: whoever uses it next names it.
   */
  static boolean belongTogether(PublicKey certified, Path keyFile) {
    try {
      Matcher pem = PKCS8.matcher(Files.readString(keyFile, StandardCharsets.ISO_8859_1));
      if (!pem.find()) {
        return true;
      }
      PKCS8EncodedKeySpec encoded =
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
      if (KINDS.stream().noneMatch(kind -> isOf(kind, encoded))) {
        return true;
      }
      PrivateKey key = KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(encoded);
      Signature signature = Signature.getInstance(algorithm(certified));
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // A key of another algorithm cannot even be decoded as one of this.
      return false;
    } catch (IllegalArgumentException e) {
      // Not Base64, so it is damaged.
      return true;
    } catch (IOException e) {
      throw new TlsException(keyFile + " " + TlsFiles.reason(e), e);
    }
  }

  private static boolean isOf(String kind, PKCS8EncodedKeySpec encoded) {
    try {
      return KeyFactory.getInstance(kind).generatePrivate(encoded) != null;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether the Java runtime reads the key by itself. */
  static boolean isPkcs8(Path keyFile) {
    try {
      return PKCS8.matcher(Files.readString(keyFile, StandardCharsets.ISO_8859_1)).find();
    } catch (IOException e) {
      throw new TlsException(keyFile + " " + TlsFiles.reason(e), e);
    }
  }

  private static String algorithm(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }
}
