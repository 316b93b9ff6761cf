package toolr0;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import toolr0.torch.tensor.Tensors;

/** The layers of the whole program, over all three modules. */
class ModulesTest {
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("toolr0");

  @Test
  void theProgramIsBuiltInLayers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cli")
        .definedBy("toolr0.cli..")
        .layer("track")
        .definedBy("toolr0.track..")
        .layer("remote")
        .definedBy("toolr0.remote..")
        .layer("torch")
        .definedBy("toolr0.torch..")
        .layer("core")
        .definedBy(
            "toolr0.base..",
            "toolr0.tool..",
            "toolr0.chat..",
            "toolr0.policy..",
            "toolr0.task..",
            "toolr0.prompt..",
            "toolr0.run..",
            "toolr0.reward..",
            "toolr0.grpo..",
            "toolr0.curriculum..",
            "toolr0.eval..",
            "toolr0.pocket..",
            "toolr0.selfplay..",
            "toolr0.score..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("track")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("remote")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("torch")
        .mayOnlyBeAccessedByLayers("cli")
        .check(PROGRAM);
  }

  /**
   * A tensor that is left in the machine's memory shows on a GPU alone, which most machines lack.
   */
  @Test
  void whereverATensorIsMadeItsDeviceIsNamed() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "toolr0.torch.model..",
            "toolr0.torch.decode..",
            "toolr0.torch.policy..",
            "toolr0.cli..")
        .should()
        .callMethod(Tensors.class, "longs", long[].class)
        .orShould()
        .callMethod(Tensors.class, "floats", float[].class)
        .orShould()
        .callMethod(Tensors.class, "zeros", ScalarType.class, long[].class)
        .orShould()
        .callMethod(Tensors.class, "empty", ScalarType.class, long[].class)
        .check(PROGRAM);
  }

  @Test
  void theTorchModuleIsBuiltInLayers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("policy")
        .definedBy("toolr0.torch.policy..")
        .layer("decode")
        .definedBy("toolr0.torch.decode..")
        .layer("model")
        .definedBy("toolr0.torch.model..")
        .layer("text")
        .definedBy("toolr0.torch.text..")
        .layer("checkpoint")
        .definedBy("toolr0.torch.checkpoint..")
        .layer("ground")
        .definedBy("toolr0.torch.tensor..", "toolr0.torch.system..")
        .whereLayer("policy")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("decode")
        .mayOnlyBeAccessedByLayers("policy")
        .whereLayer("text")
        .mayOnlyBeAccessedByLayers("policy")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("policy", "decode")
        .whereLayer("checkpoint")
        .mayOnlyBeAccessedByLayers("policy", "decode", "model")
        .check(PROGRAM);
  }

  @Test
  void onlyTheRemotePackageUsesTheNetwork() {
    noClasses()
        .that()
        .resideOutsideOfPackage("toolr0.remote..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..")
        .check(PROGRAM);
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching("toolr0.(**)").should().beFreeOfCycles().check(PROGRAM);
  }
}
