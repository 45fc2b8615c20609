package dev.relight.controlplane;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which: the folder list is the architecture. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String HERE = "dev.relight.controlplane.";
  private static final String WIRE = "dev.relight.model..";

  @ArchTest
  static final ArchRule onlyTheApiKnowsHttp =
      only("api", "jakarta.ws.rs..", "org.jboss.resteasy..");

  @ArchTest
  static final ArchRule onlyTheStoreKnowsTheDatabaseClient =
      only("store", "io.vertx.sqlclient..", "io.vertx.pgclient..", "io.vertx.mutiny.sqlclient..");

  @ArchTest
  static final ArchRule onlyMessagingKnowsKafka =
      only(
          "messaging",
          "org.apache.kafka..",
          "io.smallrye.reactive.messaging..",
          "org.eclipse.microprofile.reactive.messaging..");

  @ArchTest static final ArchRule onlyTheMetricsKnowMicrometer = only("metrics", "io.micrometer..");

  @ArchTest
  static final ArchRule tracesAreMadeElsewhere =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.opentelemetry..");

  @ArchTest
  static final ArchRule nobodyKnowsTheApi =
      noClasses()
          .that()
          .resideOutsideOfPackage(HERE + "api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(HERE + "api..");

  @ArchTest
  static final ArchRule plansAndTransitionsAreNothingButJava =
      classes()
          .that()
          .resideInAnyPackage(HERE + "plan..", HERE + "task..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", WIRE, HERE + "plan..", HERE + "task..");

  private static ArchRule only(String station, String... technology) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(HERE + station + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(technology);
  }
}
