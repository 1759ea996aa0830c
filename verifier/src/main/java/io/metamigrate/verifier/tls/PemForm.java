package io.metamigrate.verifier.tls;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What is wrong with a file that should be PEM, with the command that converts it. Pure: decides
 * from the file's bytes as ISO-8859-1.
 */
final class PemForm {
  private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";

  /** A sequence, its length, and the version 3 of a PFX (RFC 7292, 4). */
  private static final Pattern PKCS12 =
      Pattern.compile("0[\\x00-\\xff]{1,5}?\\x02\\x01\\x03.*", Pattern.DOTALL);

  private static final Pattern KEY = Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----");
  private static final Pattern KEY_END = Pattern.compile("-----END [A-Z0-9 ]*PRIVATE KEY-----");
  private static final Pattern ENCRYPTED =
      Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED");

  private PemForm() {}

  /** Why no certificate can be read: one clause after the file's name. */
  static String withoutCertificate(Path file, String text) {
    String why = "holds no PEM certificate (BEGIN CERTIFICATE)";
    if (text.contains(CERTIFICATE)) {
      return cutOff();
    }
    if (text.contains("-----BEGIN TRUSTED CERTIFICATE-----")) {
      return why + "; convert it: openssl x509 -in " + file;
    }
    if (text.contains("-----BEGIN PKCS7-----")) {
      return why + "; convert it: openssl pkcs7 -print_certs -in " + file;
    }
    if (KEY.matcher(text).find()) {
      return why + " but a private key; check whether certificate and key are swapped";
    }
    return why + keystore(text, "openssl pkcs12 -nokeys -in " + file, "openssl x509", file);
  }

  /** Why no private key can be read: one clause after the file's name. */
  static String withoutKey(Path file, String text) {
    if (ENCRYPTED.matcher(text).find()) {
      return "is encrypted, and this tool takes no passphrase; decrypt it: openssl pkcs8 -topk8"
          + " -nocrypt -in "
          + file;
    }
    if (KEY.matcher(text).find()) {
      if (!KEY_END.matcher(text).find()) {
        return cutOff();
      }
      return text.contains("-----BEGIN PRIVATE KEY-----")
          ? "holds a damaged key; copy the file again"
          : "holds a key that cannot be read; convert it: openssl pkcs8 -topk8 -nocrypt -in "
              + file;
    }
    String why = "holds no PEM private key (BEGIN PRIVATE KEY)";
    return text.contains(CERTIFICATE)
        ? why + " but a certificate; give the key that belongs to it"
        : why
            + keystore(
                text,
                "openssl pkcs12 -nocerts -nodes -in " + file,
                "openssl pkcs8 -topk8 -nocrypt",
                file);
  }

  /** Whether a certificate begins that does not end. */
  static boolean isCutOff(String text, int complete) {
    return Pattern.compile(CERTIFICATE).matcher(text).results().count() > complete;
  }

  private static String cutOff() {
    return "is truncated or damaged: a BEGIN line has no complete END line; copy the file again";
  }

  private static String keystore(String text, String ofPkcs12, String ofBinary, Path file) {
    if (text.startsWith("\u00fe\u00ed\u00fe\u00ed")) {
      return "; it is a Java keystore: convert it to PKCS#12 with keytool -importkeystore, then: "
          + ofPkcs12;
    }
    if (PKCS12.matcher(text).matches()) {
      return "; it is a PKCS#12 keystore: " + ofPkcs12;
    }
    return text.startsWith("0")
        ? "; it may be binary: %s -inform der -in %s".formatted(ofBinary, file)
        : "; check the path";
  }
}
