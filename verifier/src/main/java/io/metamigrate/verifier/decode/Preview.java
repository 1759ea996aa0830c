package io.metamigrate.verifier.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A value of unknown meaning: as JSON, as text, or its first bytes. */
final class Preview {
  private static final int CHARACTERS = 2000;
  private static final int BYTES = 64;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Preview() {}

  static String of(byte[] bytes) {
    if (bytes.length == 0) {
      return "empty";
    }
    Optional<String> text = text(bytes);
    if (text.isEmpty()) {
      String hex = HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, BYTES)));
      return bytes.length + " bytes: " + hex + (bytes.length > BYTES ? "..." : "");
    }
    return json(text.get()).orElseGet(() -> shortened(Secrets.hide(text.get().strip())));
  }

  private static Optional<String> json(String text) {
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(text);
      Secrets.hide(node);
      return Optional.of(shortened(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node)));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Empty for bytes that are no UTF-8 or hold control characters: they would upset a terminal. */
  private static Optional<String> text(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean printable =
          text.chars()
              .allMatch(c -> c == '\n' || c == '\r' || c == '\t' || !Character.isISOControl(c));
      return printable ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String shortened(String text) {
    return text.length() <= CHARACTERS
        ? text
        : text.substring(0, CHARACTERS) + "... (" + text.length() + " characters)";
  }
}
