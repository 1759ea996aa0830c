package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Name;
import org.junit.jupiter.api.Test;

/**
 * Types, methods, fields, parameters and variables of the product are named by the terms of the
 * field. The words to avoid, each with what to write instead, are in {@code words/names.txt}.
 */
final class NamesTest {
  private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");

  private final Map<String, String> avoided = new TreeMap<>();
  private final List<String> found = new ArrayList<>();
  private int names;

  @Test
  void avoidedWordsAreInNoName() throws IOException {
    for (String line : Files.readAllLines(Path.of("resources/words/names.txt"))) {
      if (!line.startsWith("#")) {
        int end = line.indexOf(" ; ");
        Stream.of(line.substring(0, end).split(" ", -1))
            .forEach(word -> avoided.put(word, line.substring(end + 3)));
      }
    }

    for (CompilationUnitTree unit : JavaSources.parse().units()) {
      new NameScanner(Path.of(unit.getSourceFile().getName()).getFileName()).scan(unit, null);
    }

    assertThat(names).isGreaterThan(10_000);
    assertThat(found).as("names to change").isEmpty();
  }

  private final class NameScanner extends TreeScanner<Void, Void> {
    private final Path file;

    private NameScanner(Path file) {
      this.file = file;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      check(type.getSimpleName());
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      check(method.getName());
      return super.visitMethod(method, null);
    }

    @Override
    public Void visitVariable(VariableTree variable, Void unused) {
      check(variable.getName());
      return super.visitVariable(variable, null);
    }

    private void check(Name name) {
      names++;
      WORD.matcher(name)
          .results()
          .map(word -> word.group().toLowerCase(Locale.ROOT))
          .filter(avoided::containsKey)
          .forEach(word -> found.add("%s: %s; write %s".formatted(file, name, avoided.get(word))));
    }
  }
}
