package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a package shows to others is what others use, tests included, and a simple name means one
 * type. The rebuilt window names its parts like the one that it will replace, so its names are not
 * compared.
 */
final class VisibilityTest {
  private static final String REBUILT = "io.metamigrate.migrator.switchover";

  /** Only what these modules compile to; resolving the libraries, too, takes a minute. */
  private static final JavaClasses CLASSES =
      ArchConfiguration.withThreadLocalScope(
          configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                .importPaths(
                    Stream.of("verifier", "migrator", "src/test")
                        .flatMap(
                            module ->
                                Stream.of("classes", "test-classes")
                                    .map(kind -> Path.of("../..", module, "target", kind)))
                        .filter(Files::isDirectory)
                        .toList());
          });

  @Test
  void typesArePublicOnlyIfAnotherPackageUsesThem() {
    List<String> idle =
        product()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getEnclosingClass().map(JavaClass::isInterface).orElse(false))
            .filter(type -> !isUsedOutside(type) && !isShown(type))
            .map(JavaClass::getName)
            .sorted()
            .toList();

    assertThat(CLASSES).hasSizeGreaterThan(1_000);
    assertThat(idle).as("types to make package-private").isEmpty();
  }

  @Test
  void aSimpleNameMeansOneType() {
    Map<String, TreeSet<String>> names = new TreeMap<>();
    product()
        .filter(type -> type.getEnclosingClass().isEmpty())
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .forEach(
            type ->
                names
                    .computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
                    .add(type.getName()));

    assertThat(names).hasSizeGreaterThan(400);
    assertThat(names.values()).allMatch(types -> types.size() == 1);
  }

  private static Stream<JavaClass> product() {
    return CLASSES.stream()
        .filter(type -> type.getPackageName().startsWith("io.metamigrate."))
        .filter(type -> !type.getPackageName().startsWith(REBUILT))
        .filter(
            type ->
                type.getSource()
                    .map(source -> source.getUri().toString().contains("/target/classes/"))
                    .orElse(false))
        .filter(type -> !type.isAnonymousClass() && !type.isLocalClass());
  }

  private static boolean isUsedOutside(JavaClass type) {
    return type.getDirectDependenciesToSelf().stream()
        .anyMatch(use -> isOutside(use.getOriginClass(), type));
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
}
