package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.plan.PlanContract;
import io.metamigrate.migrator.plan.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FindingsPageTest {
  private static final Path PAGE = Path.of("..", "runbooks", "findings.md");

  @Test
  void pageHasExactlyOneParagraphPerFinding() throws IOException {
    List<String> headings =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();

    assertThat(headings)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    Rules.ALL.stream().map(Rule::id),
                    StoreCheck.IDS.stream(),
                    Stream.of(PlanContract.ID, "REPLY_TOO_LARGE"))
                .flatMap(ids -> ids)
                .toList());
  }
}
