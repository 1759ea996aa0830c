package io.metamigrate.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom; the reasons are in the README's map of the flow. */
@AnalyzeClasses(packages = "io.metamigrate", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule verifierNeverKnowsTheMigrator =
      noClasses()
          .that()
          .resideInAPackage("io.metamigrate.verifier..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.metamigrate.migrator..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule valuesAreEncodedAndDecodedInOnePlaceEach =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.metamigrate.verifier.decode..", "io.metamigrate.migrator.demo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.bookkeeper.proto..",
              "org.apache.bookkeeper.mledger.proto..",
              "org.apache.pulsar.broker.service.schema..")
          .allowEmptyShould(true);
}
