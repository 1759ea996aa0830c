package io.metamigrate.migrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each rule has an entry of the page that explains it. */
final class DeploymentPageTest {
  private static final List<String> IDS =
      List.of(
          BookieDataVolatile.ID,
          StoreFormatForced.ID,
          BookieIdIsAddress.ID,
          OwnedByOperator.ID,
          ManagedByGitOps.ID,
          ScaledByItself.ID,
          RestartedByOthers.ID,
          VariablesNotRead.ID,
          RemovedVariableUsed.ID,
          SettingsOnVolume.ID,
          SettingsOverridden.ID,
          OtherMetadataUser.ID,
          SetUpCommand.ID,
          AsksZooKeeperAtStart.ID,
          SlowStart.ID);

  @Test
  void eachRuleIsExplained() throws IOException {
    String page = Files.readString(Path.of("../runbooks/deployments.md"));

    assertThat(IDS).hasSize(DeploymentRules.count());
    assertThat(DeploymentRules.IDS).containsAll(IDS);
    assertThat(
            Stream.concat(
                DeploymentRules.IDS.stream(),
                Stream.of("SEVERAL_CONTAINERS", "SWARM_TASK", "NO_STATEFULSET")))
        .allMatch(id -> page.contains("\n## " + id + "\n"));
    assertThat(IDS).allMatch(id -> page.contains("\n## " + id + "\n"));
  }

  /** What you see, why and what to do begin an entry; then follow how long and how to undo. */
  @Test
  void eachEntryEndsWithHowLongItTakesAndHowToUndoIt() throws IOException {
    List<String> entries =
        Pattern.compile("(?ms)^## [A-Z_]+\\n.*?(?=^## |\\z)")
            .matcher(Files.readString(Path.of("../runbooks/deployments.md")))
            .results()
            .map(MatchResult::group)
            .toList();

    assertThat(entries).hasSizeGreaterThan(15);
    assertThat(entries)
        .allSatisfy(
            entry ->
                assertThat(entry)
                    .containsPattern("\\*\\*Takes\\*\\*: .{4,} \\*\\*Undo\\*\\*: .{8,}\\n$"));
  }
}
