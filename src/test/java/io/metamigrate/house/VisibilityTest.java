package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a package shows to others is what others use, tests of other packages included, and a simple
 * name means one type. A record of many fields is grouped into named parts.
 */
final class VisibilityTest {
  /** Only what these modules compile to; resolving the libraries, too, takes a minute. */
  private static final JavaClasses CLASSES =
      ArchConfiguration.withThreadLocalScope(
          configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter().importPaths(folders().toList());
          });

  /** What stays public although no other package uses it, each with its reason. */
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "io.metamigrate.verifier.catalog.PulsarVersion.isRelease", "a field of JSON documents",
          "io.metamigrate.verifier.report.Question.isWhole", "a field of JSON documents",
          "io.metamigrate.migrator.plan.StoreRates.isMeasured", "a field of JSON documents",
          "io.metamigrate.migrator.plan.RangeReply", "its limit is copied by the compiler",
          "io.metamigrate.lab.Codec$OrderV1", "Pulsar's client makes a schema of it",
          "io.metamigrate.lab.Codec$OrderV1.text", "Pulsar's client makes a schema of it",
          "io.metamigrate.lab.Codec$OrderV2", "Pulsar's client makes a schema of it",
          "io.metamigrate.lab.Codec$OrderV2.text", "Pulsar's client makes a schema of it",
          "io.metamigrate.lab.Codec$OrderV2.amount", "Pulsar's client makes a schema of it",
          "io.metamigrate.restart.PodProcess$Idle", "made by its name in a process of its own");

  private static final String USED_BY_STORE_TESTS = "tests on real stores have no other way in";

  /** Types that other packages use only in tests, each with its reason. */
  private static final Map<String, String> FOR_TESTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("migrator.cli.Migrate", "the entry of the program, called by its launcher"),
              Map.entry("migrator.cutover.CutoverCodec", USED_BY_STORE_TESTS),
              Map.entry("migrator.plan.RangeReply", "its limit is copied by the compiler"),
              Map.entry("migrator.restart.ComposeDriver", USED_BY_STORE_TESTS),
              Map.entry("verifier.store.KeyOrder", USED_BY_STORE_TESTS),
              Map.entry("verifier.store.ZooKeeperReachability", USED_BY_STORE_TESTS)));

  private static final int MAX_FIELDS = 7;

  /** Loads without initializing, to see which methods of a library are overridden. */
  private static final ClassLoader LOADER =
      new URLClassLoader(
          Stream.concat(
                  folders(),
                  Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                      .map(Path::of))
              .map(VisibilityTest::url)
              .toArray(URL[]::new),
          ClassLoader.getPlatformClassLoader());

  @Test
  void typesArePublicOnlyIfAnotherPackageUsesThem() {
    List<String> idle =
        declared()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getEnclosingClass().map(JavaClass::isInterface).orElse(false))
            .filter(type -> !isUsedOutside(type) && !isShown(type))
            .map(JavaClass::getName)
            .sorted()
            .toList();

    assertThat(CLASSES).hasSizeGreaterThan(1_000);
    assertThat(withoutExceptions(idle)).as("types to make package-private").isEmpty();
  }

  /** A test belongs into the package of what it tests; the few that cannot are listed. */
  @Test
  void fewTypesArePublicOnlyForTests() {
    List<String> forTests =
        declared()
            .filter(VisibilityTest::isProduct)
            .filter(type -> type.getEnclosingClass().isEmpty())
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !isUsedOutside(type, VisibilityTest::isProduct) && !isShown(type))
            .map(type -> type.getName().replace("io.metamigrate.", ""))
            .sorted()
            .toList();

    assertThat(forTests).containsExactlyElementsOf(FOR_TESTS.keySet());
  }

  /** An overridden method keeps the access of its supertype; so does what a record declares. */
  @Test
  void methodsArePublicOnlyIfAnotherPackageUsesThem() {
    List<JavaCodeUnit> units =
        declared()
            .filter(type -> !type.isInterface())
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
            .toList();
    List<String> idle =
        units.stream()
            .filter(unit -> !isDeclaredByLanguage(unit))
            .filter(unit -> !isAccessedOutside(unit) && !isInherited(unit))
            .map(VisibilityTest::name)
            .sorted()
            .toList();

    assertThat(units).hasSizeGreaterThan(1_500);
    assertThat(withoutExceptions(idle)).as("methods to make package-private").isEmpty();
  }

  /** The compiler copies constants, so the sources are searched for their names. */
  @Test
  void fieldsArePublicOnlyIfAnotherPackageUsesThem() throws IOException {
    Map<Path, String> sources = sources();
    List<JavaField> fields =
        declared()
            .filter(type -> !type.isInterface())
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(field -> !field.getModifiers().contains(JavaModifier.ENUM))
            .toList();
    List<String> idle =
        fields.stream()
            .filter(field -> !isAccessedOutside(field) && !isNamedOutside(field, sources))
            .map(VisibilityTest::name)
            .sorted()
            .toList();

    assertThat(fields).hasSizeGreaterThan(50);
    assertThat(withoutExceptions(idle)).as("fields to make package-private").isEmpty();
  }

  @Test
  void recordsHaveAtMostSevenFields() throws IOException {
    List<String> wide =
        declared()
            .filter(JavaClass::isRecord)
            .filter(type -> load(type.getName()).getRecordComponents().length > MAX_FIELDS)
            .map(type -> type.getName().replace("io.metamigrate.", ""))
            .sorted()
            .toList();

    assertThat(wide).containsExactlyElementsOf(wideWithReason().keySet());
    assertThat(wideWithReason().values()).noneMatch(String::isBlank);
  }

  /** Those of {@code visibility/wide-records.txt}, each with the reason why it is not grouped. */
  private static Map<String, String> wideWithReason() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("resources/visibility/wide-records.txt"))) {
      if (!line.startsWith("#")) {
        String[] columns = line.split(" ; ", -1);
        reasons.put(columns[0], columns[1]);
      }
    }
    return reasons;
  }

  /** Nested types and tests included: a reader searches for a type by its simple name. */
  @Test
  void simpleTypeNamesAreUnique() {
    Map<String, TreeSet<String>> names = new TreeMap<>();
    declared()
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .forEach(
            type ->
                names
                    .computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
                    .add(type.getName()));

    assertThat(names).hasSizeGreaterThan(1_400);
    assertThat(names.values()).filteredOn(types -> types.size() > 1).isEmpty();
  }

  private static Stream<JavaClass> declared() {
    return CLASSES.stream()
        .filter(type -> type.getPackageName().startsWith("io.metamigrate."))
        .filter(type -> !type.isAnonymousClass() && !type.isLocalClass());
  }

  private static boolean isProduct(JavaClass type) {
    return type.getSource()
        .map(source -> source.getUri().toString().contains("/target/classes/"))
        .orElse(false);
  }

  private static boolean isUsedOutside(JavaClass type) {
    return isUsedOutside(type, user -> true);
  }

  private static boolean isUsedOutside(JavaClass type, Predicate<JavaClass> users) {
    return CLASSES.stream()
            .filter(inner -> inner.getEnclosingClass().map(type::equals).orElse(false))
            .anyMatch(inner -> isUsedOutside(inner, users))
        || type.getDirectDependenciesToSelf().stream()
            .map(Dependency::getOriginClass)
            .anyMatch(user -> users.test(user) && isOutside(user, type));
  }

  /** Whether it is in the signature of something that another package calls or implements. */
  private static boolean isShown(JavaClass type) {
    return Stream.of(
            type.getMethodsWithParameterTypeOfSelf(),
            type.getConstructorsWithParameterTypeOfSelf(),
            type.getMethodsWithReturnTypeOfSelf())
        .flatMap(Set::stream)
        .map(JavaCodeUnit.class::cast)
        .anyMatch(
            unit ->
                (unit.getOwner().isInterface()
                        && unit.getOwner().getModifiers().contains(JavaModifier.PUBLIC))
                    || unit.getAccessesToSelf().stream()
                        .anyMatch(call -> isOutside(call.getOriginOwner(), type)));
  }

  private static boolean isOutside(JavaClass user, JavaClass type) {
    return !user.getPackageName().equals(type.getPackageName());
  }

  private static boolean isAccessedOutside(JavaMember member) {
    return member.getAccessesToSelf().stream()
        .anyMatch(access -> isOutside(access.getOriginOwner(), member.getOwner()));
  }

  private static boolean isNamedOutside(JavaField field, Map<Path, String> sources) {
    String home = field.getOwner().getPackageName().replace('.', '/');
    return sources.entrySet().stream()
        .filter(source -> !source.getKey().resolveSibling("").normalize().endsWith(home))
        .map(Map.Entry::getValue)
        .anyMatch(
            text ->
                text.contains(field.getName()) && text.contains(field.getOwner().getSimpleName()));
  }

  /** Accessors and canonical constructors of records, methods of enums, default constructors. */
  private static boolean isDeclaredByLanguage(JavaCodeUnit unit) {
    JavaClass owner = unit.getOwner();
    boolean none = unit.getRawParameterTypes().isEmpty();
    if (unit.isConstructor()) {
      return none
          || (owner.isRecord()
              && owner.getModifiers().contains(JavaModifier.PUBLIC)
              && Arrays.stream(load(owner.getName()).getRecordComponents())
                  .map(part -> part.getType().getName())
                  .toList()
                  .equals(unit.getRawParameterTypes().stream().map(JavaClass::getName).toList()));
    }
    String name = unit.getName();
    return (owner.isRecord() && none && owner.tryGetField(name).isPresent())
        || (owner.isEnum() && (name.equals("values") || name.equals("valueOf")))
        || unit.isAnnotatedWith(JsonValue.class)
        || name.equals("main");
  }

  /** Whether the class or a subclass takes it from a type above, or one elsewhere overrides it. */
  private static boolean isInherited(JavaCodeUnit unit) {
    JavaClass owner = unit.getOwner();
    return isDeclaredAbove(owner, unit)
        || owner.getAllSubclasses().stream()
            .anyMatch(
                type ->
                    isDeclaredAbove(type, unit)
                        || (isOutside(type, owner)
                            && type.getMethods().stream().anyMatch(own -> isSame(own, unit))));
  }

  private static boolean isSame(JavaMethod own, JavaCodeUnit unit) {
    return own.getName().equals(unit.getName())
        && own.getParameters().size() == unit.getParameters().size();
  }

  private static boolean isDeclaredAbove(JavaClass type, JavaCodeUnit unit) {
    return above(load(type.getName()))
        .filter(parent -> !parent.getName().equals(unit.getOwner().getName()))
        .flatMap(parent -> Arrays.stream(parent.getDeclaredMethods()))
        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
        .anyMatch(
            method ->
                method.getName().equals(unit.getName())
                    && method.getParameterCount() == unit.getParameters().size());
  }

  private static Stream<Class<?>> above(Class<?> type) {
    return Stream.concat(
            Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
        .flatMap(parent -> Stream.concat(Stream.of(parent), above(parent)));
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, LOADER);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<Path, String> sources() throws IOException {
    Map<Path, String> sources = new HashMap<>();
    for (String folder : List.of("verifier/src", "migrator/src", "src/test/java")) {
      try (Stream<Path> files = Files.walk(Path.of("../..", folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.put(file, Files.readString(file));
        }
      }
    }
    return sources;
  }

  private static Stream<Path> folders() {
    return Stream.of("verifier", "migrator", "src/test")
        .flatMap(
            module ->
                Stream.of("classes", "test-classes")
                    .map(kind -> Path.of("../..", module, "target", kind)))
        .filter(Files::isDirectory);
  }

  private static URL url(Path folder) {
    try {
      return folder.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(JavaMember member) {
    return member.getOwner().getName() + "." + member.getName();
  }

  private static List<String> withoutExceptions(List<String> names) {
    return names.stream().filter(name -> !EXCEPTIONS.containsKey(name)).toList();
  }
}
