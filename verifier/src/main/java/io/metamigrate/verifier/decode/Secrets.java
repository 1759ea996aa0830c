package io.metamigrate.verifier.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Hides what must not be shown. Cluster nodes hold the brokers' authentication parameters and key
 * store passwords, policies may hold the credentials of the offload storage.
 */
final class Secrets {
  static final String HIDDEN = "(hidden)";

  private static final List<String> NAMES =
      List.of(
          "password",
          "passwd",
          "secret",
          "token",
          "credential",
          "authenticationparameters",
          "privatekey");

  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?i)([\\w.-]*(?:passw(?:or)?d|secret|token|credential|private_?key)[\\w.-]*\"?\\s*[=:]\\s*)\\S[^\\n]*");

  private Secrets() {}

  /** Whether a field of this name holds something that must not be shown. */
  static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return NAMES.stream().anyMatch(lower::contains);
  }

  /** Replaces, in place, every secret field that has a value. */
  static void hide(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode value = object.path(name);
        if (isSecret(name)
            && !value.isNull()
            && !value.isBoolean()
            && !value.asText("-").isEmpty()) {
          object.set(name, TextNode.valueOf(HIDDEN));
        }
      }
    }
    node.forEach(Secrets::hide);
  }

  /** Hides what follows a sensitive name, an equals sign or a colon, to the end of the line. */
  static String hide(String text) {
    return ASSIGNMENT.matcher(text).replaceAll("$1" + HIDDEN);
  }
}
