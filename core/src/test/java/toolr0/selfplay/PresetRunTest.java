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
    assertThat(paper.iterations()).isEqualTo(3);
    assertThat(paper.control()).isEqualTo(ControlSpecWeights.published());
    assertThat(paper.control().noCall()).isZero();
    assertThat(paper.task().parser().thinkRequired()).isTrue();
    assertThat(paper.task().check().rules()).isEmpty();
    assertThat(paper.reward().generator().thinkRequired()).isTrue();
    assertThat(paper.reward().generator().repetitionWeight()).isZero();
    assertThat(paper.reward().generator().specWeight()).isZero();
    assertThat(paper.reward().solver().thinkRequired()).isTrue();
    assertThat(paper.reward().solver().noCallTasks()).isFalse();
    assertThat(paper.probe().kSolverSamples()).isEqualTo(8);
    assertThat(paper.probe().tempSolver()).isEqualTo(0.7);
    assertThat(paper.dataset().kVerify()).isEqualTo(10);
    assertThat(paper.dataset().tempVerify()).isEqualTo(0.001);
    assertThat(paper.dataset().tauVerify()).isEqualTo(0.2);
    assertThat(paper.dataset().verification()).isEqualTo(Agreement.NAMES);
    assertThat(paper.dataset().maxSimilarity()).isEqualTo(1);
    assertThat(paper.solver().shuffleDataset()).isTrue();
    for (GrpoConfig grpo : List.of(paper.generator(), paper.solver())) {
      assertThat(grpo.maxSteps()).isEqualTo(50);
      assertThat(grpo.numGenerations()).isEqualTo(4);
      assertThat(grpo.learningRate()).isEqualTo(1e-6);
      assertThat(grpo.lossType()).isEqualTo(LossSpec.LossType.GRPO);
      assertThat(grpo.beta()).isZero();
      assertThat(grpo.epsilon()).isEqualTo(0.2);
      assertThat(grpo.epsilonHigh()).isEqualTo(0.2);
      assertThat(grpo.maxRefills()).isZero();
    }
    assertThat(paper.generator().promptsPerStep()).isEqualTo(6);
    assertThat(paper.solver().promptsPerStep()).isEqualTo(8);
  }
}
