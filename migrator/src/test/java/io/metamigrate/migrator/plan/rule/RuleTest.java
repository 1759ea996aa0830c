package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.FactsBuilder;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Finding.Level;
import io.metamigrate.migrator.plan.Trees;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the tests of rules share: facts on which all is well, and one rule's findings. */
abstract sealed class RuleTest
    permits ClusterRulesTest, EtcdRulesTest, TreeRulesTest, VersionRulesTest {
  private static final Set<String> RAISED = ConcurrentHashMap.newKeySet();
  private static final Set<String> SILENT = ConcurrentHashMap.newKeySet();

  /** The ids of findings that a test of this JVM has seen raised. */
  static Set<String> raised() {
    return Set.copyOf(RAISED);
  }

  /**
   * The ids of findings that a test of this JVM has seen not raised where all else is as before.
   */
  static Set<String> silent() {
    return Set.copyOf(SILENT);
  }

  static FactsBuilder facts() {
    return FactsBuilder.healthyCluster();
  }

  static FactsBuilder with(Trees tree) {
    return facts().tree(tree);
  }

  static Trees tree() {
    return Trees.ordinary();
  }

  static List<Finding> findings(String id, FactsBuilder facts) {
    return Rules.ALL.stream()
        .filter(rule -> rule.id().equals(id))
        .flatMap(rule -> rule.examine(facts.build()).stream())
        .toList();
  }

  /** Exactly one, with this message. */
  static void assertRaised(Level level, String id, FactsBuilder facts, String... messages) {
    List<Finding> found = findings(id, facts);
    assertThat(found).singleElement().extracting(Finding::level).isEqualTo(level);
    for (String words : messages) {
      assertThat(found.get(0).message()).contains(words);
    }
    assertThat(found.get(0).remedy()).isNotBlank();
    assertThat(found.get(0).id()).isEqualTo(id);
    RAISED.add(id);
  }

  static void assertNotKnown(String id, FactsBuilder facts) {
    assertRaised(Level.INFO, id, facts, "not known");
  }

  static void assertSilent(String id, FactsBuilder facts) {
    assertThat(findings(id, facts)).isEmpty();
    SILENT.add(id);
  }
}
