package io.metamigrate.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.Stores;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.apache.zookeeper.KeeperException;

/** Who may know whom; the reasons are in the README's map of the flow. */
@AnalyzeClasses(packages = "io.metamigrate", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  /** Methods of the clients that change a store or take something in it. */
  private static final Set<String> WRITES =
      Set.of(
          "put",
          "delete",
          "txn",
          "create",
          "setData",
          "setACL",
          "grant",
          "lock",
          "compact",
          "reconfigure",
          "addAuthInfo");

  private static final String[] CLIENTS = {
    "org.apache.zookeeper..", "org.apache.curator..", "io.etcd.jetcd.."
  };

  private static final String[] PURE = {
    "io.metamigrate.verifier.catalog..",
    "io.metamigrate.verifier.diff..",
    "io.metamigrate.migrator.plan..",
    "io.metamigrate.migrator.phase.."
  };

  @ArchTest
  static final ArchRule verifierNeverKnowsTheMigrator =
      noClasses()
          .that()
          .resideInAPackage("io.metamigrate.verifier..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.metamigrate.migrator..");

  @ArchTest
  static final ArchRule verifierCannotWrite =
      noClasses()
          .that()
          .resideInAPackage("io.metamigrate.verifier..")
          .should(callMethodWhere(writesToAStore()));

  @ArchTest
  static final ArchRule onlyAdaptersTouchTheStoresClients =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.metamigrate.verifier.store..",
              "io.metamigrate.migrator.replay..",
              "io.metamigrate.migrator.follow..",
              "io.metamigrate.migrator.cutover.fence..",
              "io.metamigrate.migrator.demo..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(CLIENTS).and(not(belongToAnyOf(KeeperException.Code.class))))
          .because("the result of a guarded write is one of ZooKeeper's own codes, also outside");

  @ArchTest
  static final ArchRule pulsarIsAskedInOnePlace =
      onlyIn("io.metamigrate.migrator.pulsar..", "org.apache.pulsar.client..");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices()
          .matching("io.metamigrate.(**)")
          .namingSlices("$1")
          .should()
          .beFreeOfCycles()
          .because("packages are stages of the flow, and a flow has a direction");

  @ArchTest
  static final ArchRule theCourseOfAMoveKnowsNeitherStoresNorNodes =
      noClasses()
          .that()
          .haveNameMatching(
              ".*\\.cutover\\.(MoveFlow|StepRunner|CutoverPlan|ResumeRules|RollbackUndo|StepInsertion|NodeListRule)")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(CLIENTS)
                  .or(resideInAnyPackage("io.metamigrate.migrator.cutover.fence.."))
                  .or(assignableTo(RestartDriver.class))
                  .or(assignableTo(Stores.class)))
          .because(
              "the search over the window's states runs these very classes in a simulated world");

  @ArchTest
  static final ArchRule kubernetesIsKnownOnlyToTheRestart =
      onlyIn("io.metamigrate.migrator.restart..", "io.fabric8..");

  @ArchTest
  static final ArchRule commandLinesAreParsedOnlyInTheCommands =
      onlyIn("io.metamigrate.migrator.cli..", "picocli..");

  @ArchTest
  static final ArchRule decisionsAreMadeFromValues =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat(resideInAnyPackage(CLIENTS))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "org.apache.pulsar.client..", "java.net.http..")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class);

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
              "org.apache.pulsar.broker.service.schema..");

  private static ArchRule onlyIn(String home, String library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static DescribedPredicate<JavaCall<?>> writesToAStore() {
    return describe(
        "writes to a store",
        call ->
            WRITES.contains(call.getName())
                && resideInAnyPackage(CLIENTS)
                    .and(not(assignableTo(Throwable.class)))
                    .test(call.getTargetOwner()));
  }
}
