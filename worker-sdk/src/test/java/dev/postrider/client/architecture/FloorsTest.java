package dev.postrider.client.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in the client and the worker. */
@AnalyzeClasses(
        packages = {"dev.postrider.client", "dev.postrider.worker"},
        importOptions = DoNotIncludeTests.class)
class FloorsTest {
    @ArchTest
    static final ArchRule theWireKnowsNoSession = noClasses()
            .that()
            .resideInAPackage("..client.internal.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.postrider.client.internal", "..internal.session..", "..internal.follow..");

    @ArchTest
    static final ArchRule theSessionKnowsNoClient = noClasses()
            .that()
            .resideInAnyPackage("..client.internal.session..", "..client.internal.follow..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.postrider.client.internal");

    @ArchTest
    static final ArchRule theSessionKnowsNobodyWhoFollows = noClasses()
            .that()
            .resideInAPackage("..client.internal.session..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..client.internal.follow..");

    @ArchTest
    static final ArchRule theSessionKnowsNoSubProtocol = noClasses()
            .that()
            .resideInAPackage("..client.internal.session..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(".*[.]internal[.]wire[.](Json|Binary).*");

    @ArchTest
    static final ArchRule onlyTheBuilderReachesBehindTheInterface = noClasses()
            .that()
            .resideInAPackage("dev.postrider.client")
            .and()
            .doNotHaveSimpleName("ClientBuilder")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..client.internal..");

    @ArchTest
    static final ArchRule theWorkerUsesThePublicClientOnly = noClasses()
            .that()
            .resideInAPackage("..worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..client.internal..", "io.vertx..");

    @ArchTest
    static final ArchRule theClientKnowsNoWorker = noClasses()
            .that()
            .resideInAPackage("..client..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..worker..");
}
