package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.ReadBatch.Kind;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a request may hold, by what came back and what did not. */
final class ReplySizesTest {
  private static final List<ZkPath> PATHS =
      IntStream.range(0, 200).mapToObj(i -> new ZkPath("/a/n" + i)).toList();

  private final ReplySizes sizes = new ReplySizes();

  @Test
  void requestThatWasLostIsNotSentAgainInTheSameSize() {
    for (int paths = 200; paths > 1; paths /= 2) {
      sizes.recordLoss(Kind.DATA, PATHS.subList(0, paths), paths);

      assertThat(fitting(Kind.DATA)).isLessThanOrEqualTo((paths + 1) / 2);
    }
  }

  @Test
  void oneLargeAnswerCountsAtOnceAndManySmallOnesAreForgivenSlowly() {
    for (int i = 0; i < 200; i++) {
      sizes.recordReply(Kind.DATA, PATHS.get(i), 100);
    }
    assertThat(fitting(Kind.DATA)).isGreaterThan(200);

    sizes.recordReply(Kind.DATA, PATHS.get(0), 1_400_000);
    assertThat(fitting(Kind.DATA)).isLessThan(15);
    sizes.recordReply(Kind.DATA, PATHS.get(1), 100);
    assertThat(fitting(Kind.DATA)).isLessThan(15);
  }

  @Test
  void whatWasNeverSeenCountsAsLargeAndKindsAreCountedApart() {
    assertThat(fitting(Kind.CHILDREN)).isLessThan(10);
    sizes.recordReply(Kind.DATA, PATHS.get(0), 10);
    assertThat(fitting(Kind.CHILDREN)).isLessThan(10);
  }

  private int fitting(Kind kind) {
    return ReplySizes.REQUEST_BYTES / sizes.expected(kind, PATHS.get(0));
  }
}
