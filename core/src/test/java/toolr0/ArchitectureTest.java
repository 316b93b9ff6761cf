package toolr0;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The layers of the core: a package uses only packages above it in the list. */
class ArchitectureTest {
  private static final List<String> LAYERS =
      List.of(
          "base",
          "tool",
          "chat",
          "policy",
          "task",
          "prompt",
          "run",
          "reward",
          "grpo",
          "curriculum",
          "eval",
          "pocket",
          "selfplay",
          "score");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("toolr0");

  @Test
  void aPackageUsesOnlyPackagesAboveIt() {
    TreeSet<String> violations = new TreeSet<>();
    for (JavaClass from : CORE) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass();
        if (isOurs(to) && layer(to) > layer(from)) {
          violations.add(dependency.getDescription());
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void thereAreNoCycles() {
    slices().matching("toolr0.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void everyPackageHasItsPlaceInTheList() {
    assertThat(CORE.stream().map(ArchitectureTest::packageOf).distinct()).isSubsetOf(LAYERS);
    assertThat(CORE.stream().map(ArchitectureTest::packageOf).distinct())
        .contains("base", "tool", "task", "reward");
  }

  @Test
  void trainingKnowsNothingOfTools() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("toolr0.grpo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("toolr0.tool..", "toolr0.task..", "toolr0.reward..")
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void theCoreHasNoNativeCodeAndNoNetwork() {
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..", "java.net.http..", "ai.djl..")
        .check(CORE);
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith("toolr0.");
  }

  private static int layer(JavaClass type) {
    return LAYERS.indexOf(packageOf(type));
  }

  private static String packageOf(JavaClass type) {
    String rest = type.getPackageName().substring("toolr0.".length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
