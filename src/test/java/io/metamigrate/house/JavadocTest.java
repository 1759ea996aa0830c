package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Public types are described; a class with state names its threads; a public number is described or
 * named by its unit; an exception that some caller catches is described where it is thrown; a fact
 * about a release of another system names its source. The sources are parsed, not compiled.
 */
final class JavadocTest {
  private static final Set<String> NUMBERS =
      Set.of("long", "int", "double", "OptionalLong", "OptionalInt", "OptionalDouble");

  /** Names of record components that need no unit beside them. */
  private static final Pattern UNIT =
      Pattern.compile(
          "(?i).*(millis|seconds|bytes|size|count|number|id|version|port|code|revision|format|nodes"
              + "|children|puts|ledgers|percent|ratio)(on[A-Z].*)?|value|major|minor|patch");

  private static final List<String> TYPES = new ArrayList<>();
  private static final List<String> PUBLIC_TYPES = new ArrayList<>();
  private static final List<String> NUMBERS_WITHOUT = new ArrayList<>();
  private static final List<String> THROWS = new ArrayList<>();
  private static final List<String> STATEFUL = new ArrayList<>();
  private static final List<String> THREADS = new ArrayList<>();

  /** How a class that holds something states who may use it. */
  private static final Pattern THREAD_SAFETY =
      Pattern.compile("For one thread\\b|(?i:safe) for use by several threads|Immutable\\.");

  private static final Set<String> CAUGHT = new TreeSet<>();

  /** The methods and constructors that are described to throw an exception, by its name. */
  private static final Map<String, Set<String>> THROWERS = new TreeMap<>();

  /** Exceptions of the project, each with the type that it extends. */
  private static final Map<String, String> EXCEPTIONS = new TreeMap<>();

  private static final List<Catch> CATCHES = new ArrayList<>();

  /** They run a function that they are given, which has no description. */
  private static final Set<String> OF_A_FUNCTION = Set.of("OverCompactions.java", "Section.java");

  private static final Pattern COMMENT = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);

  /** What changes between releases of another system: a default, or what one release has. */
  private static final Pattern FACT =
      Pattern.compile(
          "(?i)\\bby default\\b|(etcd|gRPC|server)'s default\\b"
              + "|\\b(before|since|than|ZooKeeper|BookKeeper|Pulsar|etcd) [2-5]\\.\\d+");

  /** A class, constant or file of the other system, a proposal, an issue, or a release that ran. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "\\((\\w+ )*([a-z]+\\.)?[A-Z]\\w*[a-z][A-Z]\\w*([.,)]| of)"
              + "|\\{@code ([a-z]+[./])?([A-Z]\\w*[a-z]\\w*|[a-z]+/\\w+)"
              + "|\\bPIP-\\d|\\bBP-\\d|[a-z]/[a-z]+#\\d|\\w\\.proto\\b"
              + "|\\b(run|seen|tried|read) (in|on) ");

  /** They state for all of their facts where those were read or seen. */
  private static final Set<String> SOURCED_AS_A_WHOLE =
      Set.of("PulsarVersion.java", "package-info.java");

  private static final Pattern THROWS_TAG = Pattern.compile("@throws (\\w+)");

  /**
   * A clause that catches an exception of the project.
   *
   * @param calls what is called in its block
   */
  private record Catch(String file, long line, String exception, Set<String> calls) {
    /** Whether something called there is described to throw it, a kind of it, or a wider one. */
    boolean isExplained() {
      return THROWERS.entrySet().stream()
          .filter(entry -> isKind(entry.getKey(), exception) || isKind(exception, entry.getKey()))
          .anyMatch(entry -> !Collections.disjoint(entry.getValue(), calls));
    }

    private static boolean isKind(String kind, String exception) {
      return kind.equals(exception)
          || (EXCEPTIONS.containsKey(kind) && isKind(EXCEPTIONS.getOrDefault(kind, ""), exception));
    }
  }

  @BeforeAll
  static void parse() throws IOException {
    JavaSources sources = JavaSources.parse();
    DocTrees docs = sources.docs();
    sources.units().forEach(unit -> new CaughtScanner().scan(unit, null));
    sources.units().forEach(unit -> new DescriptionScanner(docs).scan(unit, null));
    sources.units().forEach(unit -> new ThrowersScanner(docs).scan(unit, null));
  }

  @Test
  void publicTypesAreDescribed() {
    assertThat(PUBLIC_TYPES).hasSizeGreaterThan(300);
    assertThat(TYPES).isEmpty();
  }

  /**
   * A public class with any field, and another one with a field that changes. Records and enums
   * hold values; exceptions are thrown in one thread.
   */
  @Test
  void classesWithStateNameTheirThreads() {
    assertThat(STATEFUL).hasSizeGreaterThan(50);
    assertThat(THREADS).isEmpty();
  }

  @Test
  void publicNumbersHaveAUnit() {
    assertThat(NUMBERS_WITHOUT).isEmpty();
  }

  /** Such facts change between releases, so that a reader has to be able to look them up. */
  @Test
  void factsOfOtherSystemsNameTheirSource() throws IOException {
    List<String> unsourced = new ArrayList<>();
    int found = 0;
    for (Path file : JavaSources.files()) {
      String name = file.getFileName().toString();
      Matcher comments = COMMENT.matcher(Files.readString(file));
      while (comments.find()) {
        String text = comments.group().replaceAll("\\s+(\\*\\s+)?", " ");
        if (FACT.matcher(text).find()) {
          found++;
          if (!SOURCE.matcher(text).find() && !SOURCED_AS_A_WHOLE.contains(name)) {
            unsourced.add(name + ": " + text);
          }
        }
      }
    }
    assertThat(found).isGreaterThan(30);
    assertThat(unsourced).isEmpty();
  }

  @Test
  void exceptionsThatACallerCatchesAreDescribed() {
    assertThat(CAUGHT).contains("StoreException", "BlockedException");
    assertThat(THROWS).isEmpty();
  }

  /** A caller that catches an exception can find out which of its calls throws it, and when. */
  @Test
  void exceptionsThatACallerCatchesAreDescribedByWhatItCalls() {
    assertThat(CATCHES).hasSizeGreaterThan(60);
    assertThat(CATCHES)
        .filteredOn(one -> !OF_A_FUNCTION.contains(one.file()) && !one.isExplained())
        .isEmpty();
  }

  private static final class ThrowersScanner extends TreePathScanner<Void, Void> {
    private final DocTrees docs;

    private ThrowersScanner(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      String text = docs.getDocComment(getCurrentPath());
      ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      String name = method.getName().toString();
      THROWS_TAG
          .matcher(text == null ? "" : text)
          .results()
          .forEach(
              tag ->
                  THROWERS
                      .computeIfAbsent(tag.group(1), exception -> new TreeSet<>())
                      .add(name.equals("<init>") ? type.getSimpleName().toString() : name));
      return super.visitMethod(method, null);
    }

    @Override
    public Void visitTry(TryTree statement, Void unused) {
      Set<String> calls = new TreeSet<>();
      TreeScanner<Void, Void> scanner =
          new TreeScanner<>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
              String name = call.getMethodSelect().toString();
              calls.add(name.substring(name.lastIndexOf('.') + 1));
              return super.visitMethodInvocation(call, null);
            }

            @Override
            public Void visitNewClass(NewClassTree made, Void none) {
              calls.add(made.getIdentifier().toString());
              return super.visitNewClass(made, null);
            }

            @Override
            public Void visitMemberReference(MemberReferenceTree reference, Void none) {
              calls.add(reference.getName().toString());
              return super.visitMemberReference(reference, null);
            }
          };
      scanner.scan(statement.getResources(), null);
      scanner.scan(statement.getBlock(), null);
      String file = getCurrentPath().getCompilationUnit().getSourceFile().getName();
      long line =
          getCurrentPath()
              .getCompilationUnit()
              .getLineMap()
              .getLineNumber(
                  docs.getSourcePositions()
                      .getStartPosition(getCurrentPath().getCompilationUnit(), statement));
      for (CatchTree clause : statement.getCatches()) {
        for (String type : clause.getParameter().getType().toString().split("\\|", -1)) {
          if (EXCEPTIONS.containsKey(type.strip())) {
            CATCHES.add(
                new Catch(
                    Path.of(file).getFileName().toString(), line, type.strip(), Set.copyOf(calls)));
          }
        }
      }
      return super.visitTry(statement, null);
    }
  }

  private static final class CaughtScanner extends TreeScanner<Void, Void> {
    @Override
    public Void visitClass(ClassTree type, Void unused) {
      String name = type.getSimpleName().toString();
      if (name.endsWith("Exception")) {
        EXCEPTIONS.put(name, String.valueOf(type.getExtendsClause()));
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitCatch(CatchTree clause, Void unused) {
      for (String type : clause.getParameter().getType().toString().split("\\|", -1)) {
        CAUGHT.add(type.strip());
      }
      return super.visitCatch(clause, null);
    }
  }

  private static final class DescriptionScanner extends TreePathScanner<Void, Void> {
    private final DocTrees docs;

    private DescriptionScanner(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (type.getKind() == Tree.Kind.CLASS && isStateful(type)) {
        STATEFUL.add(type.getSimpleName().toString());
        if (!THREAD_SAFETY.matcher(description().replaceAll("\\s+", " ")).find()) {
          THREADS.add(type.getSimpleName().toString());
        }
      }
      if (isPublic(type.getModifiers())) {
        String name = type.getSimpleName().toString();
        PUBLIC_TYPES.add(name);
        String text = description();
        if (text.isEmpty()) {
          TYPES.add(name);
        }
        if (type.getKind() == Tree.Kind.RECORD) {
          components(type)
              .filter(part -> isNumber(part.getType()))
              .map(part -> part.getName().toString())
              .filter(part -> !text.contains(part) && !UNIT.matcher(part).matches())
              .forEach(part -> NUMBERS_WITHOUT.add(name + "." + part));
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      boolean shown =
          isPublic(type.getModifiers())
              && (isPublic(method.getModifiers()) || type.getKind() == Tree.Kind.INTERFACE)
              && !method.getModifiers().getAnnotations().toString().contains("Override");
      if (shown) {
        String name = type.getSimpleName() + "." + method.getName();
        String text = description();
        if (text.isEmpty()
            && method.getReturnType() != null
            && Stream.concat(
                    Stream.of(method.getReturnType()),
                    method.getParameters().stream().map(VariableTree::getType))
                .anyMatch(DescriptionScanner::isNumber)) {
          NUMBERS_WITHOUT.add(name);
        }
        thrown(method).stream()
            .filter(exception -> !text.contains(exception))
            .forEach(exception -> THROWS.add(name + " throws " + exception));
      }
      return super.visitMethod(method, null);
    }

    /** Exceptions of the project that it throws by itself and that some code catches by name. */
    private static Set<String> thrown(MethodTree method) {
      Set<String> thrown = new TreeSet<>();
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitThrow(ThrowTree statement, Void unused) {
          if (statement.getExpression() instanceof NewClassTree made) {
            thrown.add(made.getIdentifier().toString());
          }
          return super.visitThrow(statement, null);
        }
      }.scan(method.getBody(), null);
      thrown.retainAll(CAUGHT);
      thrown.removeIf(name -> name.startsWith("Illegal"));
      return thrown;
    }

    private String description() {
      TreePath path = getCurrentPath();
      String text = docs.getDocComment(path);
      return text == null ? "" : text;
    }

    private boolean isStateful(ClassTree type) {
      Tree parent = type.getExtendsClause();
      return (parent == null || !parent.toString().endsWith("Exception"))
          && components(type)
              .anyMatch(
                  field ->
                      isPublic(type.getModifiers())
                          || (isTopLevel() && !isFinal(field) && !isOption(field)));
    }

    private boolean isTopLevel() {
      return getCurrentPath().getParentPath().getLeaf() instanceof CompilationUnitTree;
    }

    private static boolean isFinal(VariableTree field) {
      return field.getModifiers().getFlags().contains(Modifier.FINAL);
    }

    /** A field of a command, which is read from the command line. */
    private static boolean isOption(VariableTree field) {
      return field.getModifiers().getAnnotations().stream()
          .anyMatch(annotation -> !annotation.toString().contains("Nullable"));
    }

    private static Stream<VariableTree> components(ClassTree type) {
      return type.getMembers().stream()
          .filter(VariableTree.class::isInstance)
          .map(VariableTree.class::cast)
          .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC));
    }

    private static boolean isPublic(ModifiersTree modifiers) {
      return modifiers.getFlags().contains(Modifier.PUBLIC);
    }

    private static boolean isNumber(Tree type) {
      return NUMBERS.contains(type.toString());
    }
  }
}
