package io.metamigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.QuotedOutput;
import org.junit.jupiter.api.Test;

/** {@code migrate demo}, as a newcomer runs it. */
final class DemoTest {
  @Test
  void plansCopiesAndVerifiesOnServersOfItsOwn() {
    CommandLineRun demo = CommandLineRun.migrate("demo");

    assertThat(demo.code()).as(demo.toString()).isZero();
    assertThat(demo.err()).contains("$ migrate plan ", "$ migrate run --once ", "$ migrate verify");
    QuotedOutput.assertPrinted(
        "README.md", "DemoTest#plansCopiesAndVerifiesOnServersOfItsOwn", demo.out());
  }
}
