package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PositionTest {
  private static final Position AT = new Position(new Zxid(0x1f4), new Revision(2_037));

  @Test
  void isReadAsItIsWritten() {
    assertThat(AT.toString()).isEqualTo("0x1f4/2037");
    assertThat(Position.parse("0x1f4/2037")).isEqualTo(AT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "last", "0x1f4", "500/2037", "0x1f4/", "0x1f4/-1", "0xg/1"})
  void refusesInvalidPosition(String text) {
    assertThatThrownBy(() -> Position.parse(text)).hasMessageContaining("0x1f4/2037");
  }

  @Test
  void namesKnownStores() {
    Position named = AT.of("0123456789abcdef", AT.revision());

    assertThat(named).hasToString("0x1f4/2037/0123456789abcdef");
    assertThat(Position.parse(named.toString())).isEqualTo(named);
    assertThat(named.withoutStores()).isEqualTo(AT);
  }

  @Test
  void namesThePartThatWasCompared() {
    Position part =
        new Position(AT.zxid(), AT.revision(), Optional.empty(), Optional.of("fedcba9876543210"));

    assertThat(part).hasToString("0x1f4/2037/part-fedcba9876543210");
    assertThat(Position.parse(part.toString())).isEqualTo(part);
    assertThat(part.of("0123456789abcdef", AT.revision()).withoutStores()).isEqualTo(part);
    assertThat(part.of("0123456789abcdef", AT.revision()))
        .hasToString("0x1f4/2037/0123456789abcdef/part-fedcba9876543210");
  }

  @Test
  void goesNoFurtherThanTheLastOwnWrite() {
    assertThat(AT.of("0123456789abcdef", new Revision(2_000)))
        .hasToString("0x1f4/2000/0123456789abcdef");
    assertThat(AT.of("0123456789abcdef", new Revision(9_000)))
        .hasToString("0x1f4/2037/0123456789abcdef");
  }

  @Test
  void coversOnlyUnchangedStores() {
    assertThat(AT.covers(pair(0x1f4, 2_037))).isTrue();
    assertThat(AT.covers(pair(0x1f5, 2_037))).isFalse();
    assertThat(AT.covers(pair(0x1f4, 2_038))).isFalse();
    assertThat(AT.covers(new Pair(PATH, source(1), Optional.empty()))).isFalse();
    assertThat(AT.covers(new Pair(PATH, Optional.empty(), target(1)))).isFalse();
  }

  private static final ZkPath PATH = new ZkPath("/admin/x");

  private static Pair pair(long mzxid, long modRevision) {
    return new Pair(PATH, source(mzxid), target(modRevision));
  }

  private static Optional<Znode> source(long mzxid) {
    return Optional.of(
        new Znode(PATH, NodeData.EMPTY, new Zxid(1), new Zxid(mzxid), new Zxid(1), 0, 0, 0, 0));
  }

  private static Optional<EtcdEntry> target(long modRevision) {
    return Optional.of(
        new EtcdEntry(PATH, NodeData.EMPTY, new Revision(1), new Revision(modRevision), 1, 0));
  }
}
