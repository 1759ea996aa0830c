package io.metamigrate.verifier.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of etcd as strings and back, without loss: a key may be any bytes. A byte that is no UTF-8
 * becomes a lone surrogate from {@code U+DC80} to {@code U+DCFF}, which no valid text holds, as in
 * Python's {@code surrogateescape}.
 */
public final class KeyText {
  private static final char ESCAPES = '\udc00';

  /** What Java makes of a byte that is no UTF-8, but also a character of its own. */
  private static final char REPLACEMENT = '\ufffd';

  private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-f]{2})");
  private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,-]+");

  private KeyText() {}

  /** A key as text; {@link #encode} gives the same bytes again. */
  public static String decode(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : escaped(key);
  }

  private static String escaped(byte[] key) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(key);
    CharBuffer out = CharBuffer.allocate(key.length);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPES | (in.get() & 0xff)));
      }
      result = decoder.reset().decode(in, out, true);
    }
    return out.flip().toString();
  }

  /** The bytes of a key. */
  public static byte[] encode(String text) {
    if (!hasSurrogate(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteBuffer out = ByteBuffer.allocate(3 * text.length());
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (isEscape(c)) {
        out.put((byte) c);
      } else {
        out.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
      i += Character.charCount(c);
    }
    byte[] key = new byte[out.position()];
    out.flip().get(key);
    return key;
  }

  private static boolean hasSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** For people: bytes that are no text, and control characters, as {@code \xff}. */
  static String printable(String text) {
    if (text.codePoints().noneMatch(KeyText::needsEscape)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\\') {
                escaped.append("\\\\");
              } else if (!needsEscape(c)) {
                escaped.appendCodePoint(c);
              } else {
                for (byte b : encode(Character.toString(c))) {
                  escaped.append(String.format(Locale.ROOT, "\\x%02x", b));
                }
              }
            });
    return escaped.toString();
  }

  /** What {@link #printable} made of a text with escapes; a text without them as it is. */
  static String parse(String printable) {
    if (!ESCAPE.matcher(printable).find()) {
      return printable;
    }
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    for (int i = 0; i < printable.length(); ) {
      int c = printable.codePointAt(i);
      Matcher escape = ESCAPE.matcher(printable).region(i, printable.length());
      if (escape.lookingAt()) {
        key.write(HexFormat.fromHexDigits(escape.group(1)));
        i = escape.end();
      } else {
        key.writeBytes(encode(Character.toString(c)));
        i += printable.startsWith("\\\\", i) ? 2 : Character.charCount(c);
      }
    }
    return decode(key.toByteArray());
  }

  /** As one word of a command for a shell. */
  static String quoted(String text) {
    String shown = printable(text);
    return PLAIN.matcher(shown).matches() ? shown : "'" + shown.replace("'", "'\\''") + "'";
  }

  /** The command that deletes a key, for bash, zsh or ksh. */
  static String deleteCommand(String text) {
    String escaped = printable(text);
    String quoted = escaped.equals(text) ? escaped.replace("\\", "\\\\") : escaped;
    return "etcdctl del -- $'" + quoted.replace("'", "\\'") + "'";
  }

  /** Whether the character at this place is no character but a byte. */
  static boolean isEscaped(String text, int at) {
    return isEscape(text.charAt(at))
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static boolean needsEscape(int c) {
    return isEscape(c) || Character.isISOControl(c);
  }

  private static boolean isEscape(int c) {
    return c >= ESCAPES + 0x80 && c <= ESCAPES + 0xff;
  }
}
