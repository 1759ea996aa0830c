package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.ReadBatch.ReadKind;
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
      sizes.recordLoss(ReadKind.DATA, PATHS.subList(0, paths), paths);

      assertThat(fitting(ReadKind.DATA)).isLessThanOrEqualTo((paths + 1) / 2);
    }
  }

  @Test
  void oneLargeAnswerCountsAtOnceAndManySmallOnesAreForgivenSlowly() {
    for (int i = 0; i < 200; i++) {
      sizes.recordReply(ReadKind.DATA, PATHS.get(i), 100);
    }
    assertThat(fitting(ReadKind.DATA)).isGreaterThan(200);

    sizes.recordReply(ReadKind.DATA, PATHS.get(0), 1_400_000);
    assertThat(fitting(ReadKind.DATA)).isLessThan(15);
    sizes.recordReply(ReadKind.DATA, PATHS.get(1), 100);
    assertThat(fitting(ReadKind.DATA)).isLessThan(15);
  }

  @Test
  void whatWasNeverSeenCountsAsLargeAndKindsAreCountedApart() {
    assertThat(fitting(ReadKind.CHILDREN)).isLessThan(10);
    sizes.recordReply(ReadKind.DATA, PATHS.get(0), 10);
    assertThat(fitting(ReadKind.CHILDREN)).isLessThan(10);
  }

  private int fitting(ReadKind kind) {
    return ReplySizes.REQUEST_BYTES / sizes.expected(kind, PATHS.get(0));
  }
}
