package io.metamigrate.verifier.store;

import java.util.Arrays;

/**
 * etcd's order of keys, for strings: the order of UTF-8 bytes, which is that of code points. It
 * differs from {@link String#compareTo} where one side has a surrogate pair.
 */
public final class KeyOrder {
  private KeyOrder() {}

  /** As a {@link java.util.Comparator}: negative, 0 or positive. */
  public static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean astralX = Character.isSurrogate(x);
        boolean astralY = Character.isSurrogate(y);
        if (!astralX && !astralY) {
          return Character.compare(x, y);
        }
        if (KeyText.isEscaped(a, i) || KeyText.isEscaped(b, i)) {
          return Arrays.compareUnsigned(KeyText.encode(a), KeyText.encode(b));
        }
        return astralX == astralY ? Character.compare(x, y) : astralX ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
