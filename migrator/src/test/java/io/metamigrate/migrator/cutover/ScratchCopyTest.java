package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScratchCopyTest {
  private static final ZkPath A = new ZkPath("/a");
  private static final ZkPath B = new ZkPath("/b");
  private static final Map<ZkPath, Integer> WRITTEN =
      Map.of(A, data("x").hashCode(), B, data("y").hashCode());

  @Test
  void whatIsReadBackAsItWasWrittenDiffersNowhere() {
    assertThat(differing(Map.of(A, data("x"), B, data("y")))).isZero();
  }

  @Test
  void anotherValueDiffers() {
    assertThat(differing(Map.of(A, data("x"), B, data("z")))).isEqualTo(1);
  }

  @Test
  void whatIsNotReadBackDiffers() {
    assertThat(differing(Map.of(B, data("y")))).isEqualTo(1);
    assertThat(differing(Map.of())).isEqualTo(2);
  }

  private static long differing(Map<ZkPath, NodeData> readBack) {
    return ScratchCopy.differing(WRITTEN, readBack::forEach);
  }

  private static NodeData data(String text) {
    return NodeData.of(text.getBytes(UTF_8));
  }
}
