package dev.postrider.broker.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the arrows between packages pointing down; see ARCHITECTURE.md. */
@AnalyzeClasses(packages = "dev.postrider.broker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BROKER = "dev.postrider.broker.";

    @ArchTest
    static final ArchRule floorsAreEnteredFromAboveOnly = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("app")
            .definedBy(BROKER + "app..")
            .layer("edges")
            .definedBy(BROKER + "transport..", BROKER + "management..", BROKER + "metrics..")
            .layer("maintenance")
            .definedBy(BROKER + "maintenance..")
            .layer("dispatch")
            .definedBy(BROKER + "dispatch..")
            .optionalLayer("postgres")
            .definedBy(BROKER + "store.postgres..")
            .layer("store")
            .definedBy(BROKER + "store")
            .layer("core")
            .definedBy(BROKER + "delivery..", BROKER + "queue..", BROKER + "filter..", BROKER + "schedule..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("edges")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("maintenance")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("dispatch")
            .mayOnlyBeAccessedByLayers("app", "edges", "maintenance")
            .whereLayer("postgres")
            .mayOnlyBeAccessedByLayers("app")
            .because("what comes later must be able to replace an edge or a store without touching what decides");

    @ArchTest
    static final ArchRule theCoreIsPlainJava = noClasses()
            .that()
            .resideInAnyPackage(BROKER + "delivery..", BROKER + "queue..", BROKER + "filter..", BROKER + "schedule..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "java..",
                    "dev.postrider.protocol..",
                    BROKER + "delivery..",
                    BROKER + "queue..",
                    BROKER + "filter..",
                    BROKER + "schedule..")
            .because("thousands of schedules are simulated on it in one unit test");

    @ArchTest
    static final ArchRule sqlStaysInItsPlace = noClasses()
            .that()
            .resideOutsideOfPackage(BROKER + "store.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..", "org.flywaydb..")
            .because("hot-path SQL is read in one place");

    @ArchTest
    static final ArchRule theFrameworkStaysAtTheEdges = noClasses()
            .that()
            .resideInAnyPackage(
                    BROKER + "dispatch..", BROKER + "maintenance..", BROKER + "store..", BROKER + "delivery..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.quarkus..", "jakarta..", "org.eclipse.microprofile..", "io.smallrye..", "io.micrometer..")
            .because("the whole broker can be run in a test without the framework");

    @ArchTest
    static final ArchRule timeAndChanceComeFromTheLoop = noClasses()
            .that()
            .resideInAnyPackage(BROKER + "dispatch..", BROKER + "maintenance..", BROKER + "delivery..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
            .because("a test owns both");
}
