package io.metamigrate.migrator.restart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OutputTailTest {
  private final OutputTail tail = new OutputTail();

  @Test
  void keepsAShortOutputWhole() {
    write("one\ntwo\n");

    assertThat(tail.text()).isEqualTo("one\ntwo");
  }

  @Test
  void keepsLastLinesAndMarksTruncation() {
    for (int i = 1; i <= 30; i++) {
      write("line " + i + "\n");
    }

    assertThat(tail.text())
        .startsWith("…\nline 11\n")
        .endsWith("line 30")
        .doesNotContain("line 10\n");
  }

  @Test
  void boundsEndlessLine() {
    for (int i = 0; i < 1000; i++) {
      write("x".repeat(1000));
    }
    write("end");

    assertThat(tail.text().length()).isLessThan(5000);
    assertThat(tail.text()).endsWith("xend");
  }

  @Test
  void dropsTerminalControlSequences() {
    write("\u001b[2Jred\rgreen\n");

    assertThat(tail.text()).isEqualTo("[2Jredgreen");
  }

  private void write(String text) {
    tail.append(text.getBytes(UTF_8));
  }
}
