package io.metamigrate.verifier.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeyOrderTest {
  /** Around a slash, ASCII's ends, two and three bytes, before and after the surrogates, astral. */
  private static final int[] CODE_POINTS = {
    '.', '/', '0', 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff
  };

  @Test
  void isTheOrderOfUtf8Bytes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      String a = text(random);
      String b = text(random);

      assertThat(Integer.signum(KeyOrder.compare(a, b)))
          .as("%s and %s", a, b)
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8))));
    }
  }

  @Test
  void differsFromStringsIfOneSideIsASurrogatePair() {
    assertThat("/\uD83D\uDE00".compareTo("/\uFFFF")).isNegative();
    assertThat(KeyOrder.compare("/\uD83D\uDE00", "/\uFFFF")).isPositive();
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder("/");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.appendCodePoint(CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
    }
    return text.toString();
  }
}
