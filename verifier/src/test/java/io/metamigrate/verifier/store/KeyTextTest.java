package io.metamigrate.verifier.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyTextTest {
  private static ZkPath path(String hex) {
    return new ZkPath(KeyText.decode(HexFormat.of().parseHex(hex)));
  }

  @Test
  void readsTextAsItIs() {
    String text = "/a b%2F\\é\u4e16\ud83d\ude00'\"";

    assertThat(KeyText.decode(text.getBytes(UTF_8))).isEqualTo(text);
    assertThat(KeyText.encode(text)).isEqualTo(text.getBytes(UTF_8));
    assertThat(new ZkPath(text)).hasToString(text);
  }

  @Test
  void anyBytesAreReadAndWrittenWithoutLossInTheOrderOfEtcd() {
    Random random = new Random(7);
    byte[] choice = HexFormat.of().parseHex("002f61c3a9ff80e4b896edb2bff09f9880fe");
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] key = new byte[1 + random.nextInt(8)];
      key[0] = '/';
      for (int j = 1; j < key.length; j++) {
        key[j] = choice[random.nextInt(choice.length)];
      }
      keys.add(key);
    }

    for (int i = 0; i < keys.size(); i++) {
      byte[] one = keys.get(i);
      byte[] other = keys.get(random.nextInt(keys.size()));
      assertThat(KeyText.encode(KeyText.decode(one))).isEqualTo(one);
      assertThat(Integer.signum(KeyOrder.compare(KeyText.decode(one), KeyText.decode(other))))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(one, other)));
    }
  }

  @Test
  void readsWhatItShows() {
    for (String hex : List.of("2f78ff6127", "2f780a5c", "2f785c5c00", "2fc3a95cff")) {
      assertThat(ZkPath.parse(path(hex).toString())).isEqualTo(path(hex));
    }
    assertThat(ZkPath.parse("/a\\x41")).isEqualTo(new ZkPath("/a\\x41"));
    assertThat(ZkPath.parse("/a\\b\\\\c")).isEqualTo(new ZkPath("/a\\b\\\\c"));
    assertThat(new ZkPath("/a/b-1:2%2F").quoted()).isEqualTo("/a/b-1:2%2F");
    assertThat(new ZkPath("/a b").quoted()).isEqualTo("'/a b'");
    assertThat(new ZkPath("/$(x)'").quoted()).isEqualTo("'/$(x)'" + "\\'" + "''");
    assertThat(path("2f78ff").quoted()).isEqualTo("'/x\\xff'");
  }

  @Test
  void showsBytesThatAreNoText() {
    assertThat(path("2f78ff6127")).hasToString("/x\\xffa'");
    assertThat(path("2f78ff6127").isLegalZnode()).isFalse();
    assertThat(path("2f78ff6127").deleteCommand()).isEqualTo("etcdctl del -- $'/x\\xffa\\''");
    assertThat(path("2f780a5c")).hasToString("/x\\x0a\\\\");
    assertThat(new ZkPath("/x//a\\").deleteCommand()).isEqualTo("etcdctl del -- $'/x//a\\\\'");
    // U+FFFD itself, which is what a lossy decoder makes of a broken byte
    assertThat(path("2fefbfbd")).isNotEqualTo(path("2fff"));
  }
}
