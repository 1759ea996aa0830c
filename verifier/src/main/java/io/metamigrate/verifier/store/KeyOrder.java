package io.metamigrate.verifier.store;

import java.util.Arrays;

/**
 * etcd's order of keys, for strings: the order of UTF-8 bytes (etcd {@code keyIndex.Less}), which
 * is that of code points. It differs from {@link String#compareTo} where one side has a surrogate
 * pair.
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
        boolean supplementaryX = Character.isSurrogate(x);
        boolean supplementaryY = Character.isSurrogate(y);
        if (!supplementaryX && !supplementaryY) {
          return Character.compare(x, y);
        }
        if (KeyText.isEscaped(a, i) || KeyText.isEscaped(b, i)) {
          return Arrays.compareUnsigned(KeyText.encode(a), KeyText.encode(b));
        }
        return supplementaryX == supplementaryY ? Character.compare(x, y) : supplementaryX ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
