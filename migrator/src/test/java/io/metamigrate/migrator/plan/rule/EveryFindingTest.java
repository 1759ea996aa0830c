package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.Rule;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the tests of all rules once more and looks at which findings they have seen. */
final class EveryFindingTest {
  private static final List<String> IDS = Rules.ALL.stream().map(Rule::id).toList();

  @BeforeAll
  static void runTheTestsOfAllRules(@TempDir Path folder) throws ReflectiveOperationException {
    for (Class<?> tests : RuleTest.class.getPermittedSubclasses()) {
      Constructor<?> constructor = tests.getDeclaredConstructor();
      constructor.setAccessible(true);
      for (Method test : tests.getDeclaredMethods()) {
        test.setAccessible(true);
        if (test.isAnnotationPresent(Test.class)) {
          Object instance = constructor.newInstance();
          Object unused =
              test.getParameterCount() == 0 ? test.invoke(instance) : test.invoke(instance, folder);
        } else if (test.isAnnotationPresent(ParameterizedTest.class)) {
          for (String value : test.getAnnotation(ValueSource.class).strings()) {
            test.invoke(constructor.newInstance(), value);
          }
        }
      }
    }
  }

  @Test
  void eachIsRaisedByATest() {
    assertThat(RuleTest.raised()).containsExactlyInAnyOrderElementsOf(IDS);
  }

  @Test
  void eachIsNotRaisedByATest() {
    assertThat(RuleTest.silent()).containsExactlyInAnyOrderElementsOf(IDS);
  }

  @Test
  void idsAreUnique() {
    assertThat(IDS).doesNotHaveDuplicates();
  }
}
