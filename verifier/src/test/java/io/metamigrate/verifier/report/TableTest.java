package io.metamigrate.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void alignsTextLeftAndNumbersRight() {
    assertThat(new Table().row("a", "znodes").row("long name", "7").row("b", "1,234"))
        .hasToString("  a         znodes\n  long name      7\n  b          1,234\n");
  }

  @Test
  void acceptsRowsOfDifferentLengthAndEmptyCells() {
    assertThat(new Table().row("a", "b", "c").row("", "x")).hasToString("  a b c\n    x\n");
  }

  @Test
  void isEmptyWithoutRows() {
    assertThat(new Table().isEmpty()).isTrue();
    assertThat(new Table()).hasToString("");
  }
}
