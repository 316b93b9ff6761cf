package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import toolr0.curriculum.CuratedTask;
import toolr0.grpo.GrpoConfig;
import toolr0.grpo.LrScheduler;
import toolr0.grpo.ScaleRewards;
import toolr0.policy.LossSpec;
import toolr0.reward.Agreement;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunListener;
import toolr0.task.ControlSpecWeights;
import toolr0.testsupport.RunCopies;
import toolr0.testsupport.ToyStore;
import tools.jackson.databind.node.ObjectNode;

class PresetRunTest {
  @TempDir private Path folder;
  private Path base;

  @BeforeEach
  void writeBase() {
    base = folder.resolve("base");
    ToyStore.writeBase(base);
  }

  private Path play(String name, SelfPlayConfig config, BooleanSupplier stop) {
    Path root = folder.resolve(name).resolve("run");
    boolean fresh = !Files.exists(root);
    try (RunDirectory run =
        fresh ? ToyRun.create(root, base, config) : ToyRun.resume(root, base, config)) {
      ToyRun.play(run, base, config, new ToyStore(() -> {}), RunListener.all(List.of()), stop);
    }
    return root;
  }

  @ParameterizedTest
  @CsvSource({"DEFAULT,2", "PAPER,0", "PAPER,1"})
  void stoppedAndResumedEqualsUninterrupted(Preset preset, int maxRefills) {
    SelfPlayConfig config = ToyRun.config(preset, maxRefills);
    AtomicInteger points = new AtomicInteger();
    SortedMap<String, String> whole =
        RunCopies.content(play("whole", config, () -> points.incrementAndGet() < 0));
    for (int point = 1; point <= points.get(); point += 3) {
      AtomicInteger asked = new AtomicInteger();
      int stopAt = point;
      play("cut-" + point, config, () -> asked.incrementAndGet() == stopAt);
      Path root = play("cut-" + point, config, () -> false);
      assertThat(RunCopies.difference(whole, RunCopies.content(root)))
          .as("stopped at point " + point)
          .isEmpty();
    }
  }

  @Test
  void manifestReportAndFilesShowWhichRulesARunKept() throws IOException {
    Path root = play("run", ToyRun.config(Preset.PAPER, 0), () -> false);
    ObjectNode manifest = Json.parseObject(Files.readString(root.resolve("manifest.json")));
    assertThat(manifest.required("configuration").required("preset").asString()).isEqualTo("paper");
    ObjectNode report = Json.parseObject(Files.readString(root.resolve("report.json")));
    assertThat(report.required("preset").asString()).isEqualTo("paper");
    assertThat(Files.readString(root.resolve("report.md"))).contains("Preset paper");
    assertThat(CuratedTask.read(root.resolve("iteration-1/dataset/tasks.jsonl"))).isNotEmpty();
    List<ObjectNode> written =
        JsonLines.read(root.resolve("completions/iteration-1-generator.jsonl"));
    assertThat(written)
        .allSatisfy(l -> assertThat(l.required("reward").asDouble()).isBetween(0.0, 3.0));
  }

  @Test
  void thePaperPresetIsThePublishedMethod() {
    SelfPlayConfig paper = SelfPlayConfig.paper("m");
    SelfPlayConfig mended = SelfPlayConfig.defaults("m");
    assertThat(paper.control()).isEqualTo(ControlSpecWeights.published());
    assertThat(paper.control().noCall()).isZero();
    assertThat(paper.task().parser().thinkRequired()).isTrue();
    assertThat(paper.task().check().rules()).isEmpty();
    assertThat(paper.reward().generator().thinkRequired()).isTrue();
    assertThat(paper.reward().generator().repetitionWeight()).isZero();
    assertThat(paper.reward().generator().specWeight()).isZero();
    assertThat(paper.reward().solver().thinkRequired()).isTrue();
    assertThat(paper.reward().solver().noCallTasks()).isFalse();
    for (SelfPlayConfig config : List.of(paper, mended)) {
      assertThat(config.iterations()).isEqualTo(3);
      assertThat(config.probe().kSolverSamples()).isEqualTo(8);
      assertThat(config.probe().tempSolver()).isEqualTo(0.7);
      assertThat(config.judge().enabled()).isTrue();
      assertThat(config.judge().temperature()).isEqualTo(0.1);
      assertThat(config.judge().attempts()).isEqualTo(3);
      assertThat(config.dataset().nGenerate()).isEqualTo(10_000);
      assertThat(config.dataset().nFinal()).isEqualTo(2_000);
      assertThat(config.dataset().temperature()).isEqualTo(0.7);
      assertThat(config.dataset().kVerify()).isEqualTo(10);
      assertThat(config.dataset().tauVerify()).isEqualTo(0.2);
    }
    assertThat(paper.probe().agreement()).isEqualTo(Agreement.FIRST_CALL_JSON);
    assertThat(mended.probe().agreement()).isEqualTo(Agreement.FULL_CALLS);
    assertThat(paper.judge().reminder()).isTrue();
    assertThat(mended.judge().reminder()).isFalse();
    assertThat(paper.dataset().tempVerify()).isEqualTo(0.001);
    assertThat(mended.dataset().tempVerify()).isEqualTo(0.7);
    assertThat(paper.dataset().verifyTopP()).isEqualTo(0.95);
    assertThat(mended.dataset().verifyTopP()).isEqualTo(1);
    assertThat(paper.dataset().tauVerifyHigh()).isEqualTo(1);
    assertThat(mended.dataset().tauVerifyHigh()).isEqualTo(0.95);
    assertThat(paper.dataset().verification()).isEqualTo(Agreement.NAMES);
    assertThat(mended.dataset().verification()).isEqualTo(Agreement.FULL_CALLS);
    assertThat(paper.dataset().maxSimilarity()).isEqualTo(1);
    assertThat(mended.dataset().maxSimilarity()).isEqualTo(0.7);
    assertThat(paper.dataset().maxDomainShare()).isEqualTo(1);
    assertThat(mended.dataset().maxDomainShare()).isEqualTo(0.25);
    assertThat(paper.solver().shuffleDataset()).isTrue();
    assertThat(mended.solver().shuffleDataset()).isFalse();
  }

  @Test
  void bothPresetsTrainWithThePublishedNumbers() {
    for (SelfPlayConfig config : List.of(SelfPlayConfig.paper("m"), SelfPlayConfig.defaults("m"))) {
      for (GrpoConfig grpo : List.of(config.generator(), config.solver())) {
        assertThat(grpo.maxSteps()).isEqualTo(50);
        assertThat(grpo.numGenerations()).isEqualTo(4);
        assertThat(grpo.learningRate()).isEqualTo(1e-6);
        assertThat(grpo.lrSchedulerType()).isEqualTo(LrScheduler.LINEAR);
        assertThat(grpo.warmupSteps()).isZero();
        assertThat(grpo.lossType()).isEqualTo(LossSpec.LossType.GRPO);
        assertThat(grpo.scaleRewards()).isEqualTo(ScaleRewards.GROUP);
        assertThat(grpo.beta()).isZero();
        assertThat(grpo.epsilon()).isEqualTo(0.2);
        assertThat(grpo.epsilonHigh()).isEqualTo(0.2);
        assertThat(grpo.temperature()).isEqualTo(1);
        assertThat(grpo.maxGradNorm()).isEqualTo(1);
        assertThat(grpo.weightDecay()).isZero();
        assertThat(grpo.maxRefills()).isZero();
      }
      assertThat(config.generator().promptsPerStep()).isEqualTo(6);
      assertThat(config.solver().promptsPerStep()).isEqualTo(8);
    }
  }
}
