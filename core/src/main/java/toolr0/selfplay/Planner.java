package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;
import toolr0.grpo.GrpoConfig;
import toolr0.run.Plan;
import toolr0.run.Stage;
import toolr0.run.StageId;

/** Works out a run's plan from its configuration. */
public final class Planner {
  private Planner() {}

  /**
   * What the plan supposes of model and machine.
   *
   * @param parameters number of weights
   * @param generatorPromptTokens mean length of a Generator's prompt
   * @param solverPromptTokens mean length of a Solver's prompt
   * @param completionTokens mean length of a Generator's completion
   * @param answerTokens mean length of a Solver's completion
   * @param soundShare share of a Generator's completions that are tasks, which the Solver is asked
   * @param readTokensPerSecond of reading prompts; a prompt is read once for all its completions
   * @param sampledTokensPerSecond of batched sampling, prompts apart
   * @param trainedTokensPerSecond of forward and backward
   * @param checkpointBytes of a checkpoint with the optimizer's state
   * @param memoryBytes that the run takes at most of the machine's memory
   * @param deviceMemoryBytes that it takes at most of a device's
   */
  public record Assumptions(
      long parameters,
      double generatorPromptTokens,
      double solverPromptTokens,
      int completionTokens,
      int answerTokens,
      double soundShare,
      double readTokensPerSecond,
      double sampledTokensPerSecond,
      double trainedTokensPerSecond,
      long checkpointBytes,
      long memoryBytes,
      long deviceMemoryBytes) {

    /** Seconds to read a prompt and sample its completions of a mean length. */
    double ask(double promptTokens, double completions, double length) {
      return promptTokens / readTokensPerSecond + completions * length / sampledTokensPerSecond;
    }
  }

  /**
   * The plan of a run.
   *
   * @param benchmarkTasks number of tasks of the benchmark
   */
  public static Plan plan(SelfPlayConfig config, int benchmarkTasks, Assumptions assume) {
    List<Plan.StagePlan> stages = new ArrayList<>();
    stages.add(evaluation(StageId.base(), config, benchmarkTasks, assume));
    for (int iteration = 1; iteration <= config.iterations(); iteration++) {
      stages.add(generator(new StageId(iteration, Stage.GENERATOR), config, assume));
      stages.add(dataset(new StageId(iteration, Stage.DATASET), config, assume));
      stages.add(
          training(
              new StageId(iteration, Stage.SOLVER),
              config.solver(),
              0,
              0,
              assume.solverPromptTokens(),
              length(assume.answerTokens(), config.solver().maxCompletionLength()),
              assume));
      stages.add(
          evaluation(new StageId(iteration, Stage.EVALUATION), config, benchmarkTasks, assume));
    }
    return new Plan(
        config.preset().wireName(),
        config.ownKeys(),
        stages,
        assume.parameters(),
        assume.checkpointBytes(),
        assume.checkpointBytes() * (2L * config.iterations() + 1),
        assume.memoryBytes(),
        assume.deviceMemoryBytes(),
        stages.stream().mapToDouble(Plan.StagePlan::seconds).sum());
  }

  private static Plan.StagePlan generator(StageId id, SelfPlayConfig config, Assumptions assume) {
    GrpoConfig grpo = config.generator();
    double probeSeconds =
        assume.ask(
            assume.solverPromptTokens(),
            config.probe().kSolverSamples(),
            length(assume.answerTokens(), config.probe().maxCompletionLength()));
    double judgeSeconds =
        config.judge().enabled()
            ? assume.ask(
                assume.solverPromptTokens() + assume.answerTokens(),
                1,
                config.judge().maxCompletionLength())
            : 0;
    long probeTokens =
        (long) config.probe().kSolverSamples() * config.probe().maxCompletionLength()
            + (config.judge().enabled()
                ? (long) config.judge().attempts() * config.judge().maxCompletionLength()
                : 0);
    return training(
        id,
        grpo,
        probeTokens,
        assume.soundShare() * (probeSeconds + judgeSeconds),
        assume.generatorPromptTokens(),
        length(assume.completionTokens(), grpo.maxCompletionLength()),
        assume);
  }

  /**
   * A training stage.
   *
   * @param probeTokens most tokens sampled to score one completion
   * @param probeSeconds mean time to score one completion
   * @param promptTokens mean length of a prompt
   * @param length mean tokens of a completion
   */
  private static Plan.StagePlan training(
      StageId id,
      GrpoConfig grpo,
      long probeTokens,
      double probeSeconds,
      double promptTokens,
      double length,
      Assumptions assume) {
    long prompts = (long) grpo.maxSteps() * grpo.promptsPerStep();
    long completions = prompts * grpo.numGenerations();
    long sampled =
        completions * (1L + grpo.maxRefills()) * (grpo.maxCompletionLength() + probeTokens);
    long trained =
        (Math.round(prompts * promptTokens) + completions * grpo.maxCompletionLength())
            * grpo.numIterations();
    double trainedMean = (prompts * promptTokens + completions * length) * grpo.numIterations();
    double seconds =
        prompts * assume.ask(promptTokens, grpo.numGenerations(), length)
            + completions * probeSeconds
            + trainedMean / assume.trainedTokensPerSecond();
    return new Plan.StagePlan(
        id,
        grpo.maxSteps(),
        grpo.promptsPerStep(),
        grpo.numGenerations(),
        sampled,
        trained,
        seconds);
  }

  private static Plan.StagePlan dataset(StageId id, SelfPlayConfig config, Assumptions assume) {
    var dataset = config.dataset();
    long write = (long) dataset.nGenerate() * dataset.maxCompletionLength();
    int replayed = Math.min(id.iteration() - 1, dataset.replayIterations()) * dataset.nFinal();
    long answers = (long) (dataset.nGenerate() + replayed) * dataset.kVerify();
    long verify = answers * dataset.maxVerifyLength();
    double asked = dataset.nGenerate() * assume.soundShare() + replayed;
    double seconds =
        dataset.nGenerate()
                * assume.ask(
                    assume.generatorPromptTokens(),
                    1,
                    length(assume.completionTokens(), dataset.maxCompletionLength()))
            + asked
                * assume.ask(
                    assume.solverPromptTokens(),
                    dataset.kVerify(),
                    length(assume.answerTokens(), dataset.maxVerifyLength()));
    return new Plan.StagePlan(
        id, 2 * dataset.chunks(), dataset.chunkSize(), 1, write + verify, 0, seconds);
  }

  private static Plan.StagePlan evaluation(
      StageId id, SelfPlayConfig config, int tasks, Assumptions assume) {
    int batch = config.evaluation().batchSize();
    double seconds =
        tasks
            * assume.ask(
                assume.solverPromptTokens(),
                1,
                length(assume.answerTokens(), config.evaluation().maxCompletionLength()));
    return new Plan.StagePlan(
        id,
        (tasks + batch - 1) / batch,
        Math.min(batch, tasks),
        1,
        (long) tasks * config.evaluation().maxCompletionLength(),
        0,
        seconds);
  }

  private static double length(int mean, int most) {
    return Math.min(mean, most);
  }
}
