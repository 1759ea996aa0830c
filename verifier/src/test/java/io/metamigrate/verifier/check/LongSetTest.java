package io.metamigrate.verifier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LongSetTest {
  @Test
  void behavesLikeHashSet() {
    Random random = new Random(1);
    LongSet set = new LongSet();
    Set<Long> model = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      long value = random.nextBoolean() ? random.nextInt(20_000) : random.nextLong();
      assertThat(set.add(value)).isEqualTo(model.add(value));
    }

    assertThat(set.size()).isEqualTo(model.size());
    for (long value = 0; value < 20_000; value++) {
      assertThat(set.contains(value)).isEqualTo(model.contains(value));
    }
  }

  @Test
  void holdsExtremeValues() {
    LongSet set = new LongSet();

    assertThat(set.contains(Long.MIN_VALUE)).isFalse();
    for (long value : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      assertThat(set.add(value)).isTrue();
      assertThat(set.add(value)).isFalse();
      assertThat(set.contains(value)).isTrue();
    }
    assertThat(set.size()).isEqualTo(4);
  }
}
