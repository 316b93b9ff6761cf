package toolr0.grpo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.ModelUnavailableException;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Learner;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.PolicyException;
import toolr0.policy.PolicyStore;
import toolr0.policy.SampleRequest;
import toolr0.policy.TrainingGroup;
import toolr0.run.Event;
import toolr0.run.EventLog;
import toolr0.run.JsonLines;
import toolr0.run.ProcessMemory;
import toolr0.run.RunDirectory;
import toolr0.run.RunListener;
import toolr0.run.StageId;
import toolr0.run.StageState;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains one role for one stage: prompts, completions, rewards, advantages, an optimizer step, a
 * checkpoint now and then. The index of a step decides everything that happens in it, so a stage
 * that goes on from a checkpoint ends with the same weights as one that was never interrupted.
 */
public final class GrpoTrainer {
  private static final String NUM_TOKENS = "num_tokens";
  private static final double NANOS = 1e9;

  private final RunDirectory run;
  private final StageId stage;
  private final GrpoConfig config;
  private final PolicyStore store;
  private final RunListener listener;
  private final BooleanSupplier stopRequested;
  private final Seed seed;

  /**
   * A trainer of one stage.
   *
   * @param seed the stage's own seed
   * @param stopRequested asked between steps; when true the trainer saves and returns
   */
  public GrpoTrainer(
      RunDirectory run,
      StageId stage,
      GrpoConfig config,
      PolicyStore store,
      RunListener listener,
      BooleanSupplier stopRequested,
      Seed seed) {
    this.run = run;
    this.stage = stage;
    this.config = config;
    this.store = store;
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.seed = seed;
  }

  /**
   * Runs the stage to its end, from wherever the run directory says it stands.
   *
   * @param start the checkpoint that the stage starts from
   * @param policy the policy's name, for example "solver"
   * @param environment makes the environment for the opened learner
   * @param what one line for people
   * @return false when it stopped because it was asked to
   * @throws PolicyException when the model fails, for example with a loss that is not finite; the
   *     last checkpoint stands
   * @throws ModelUnavailableException when the environment asks a model that gives no more answers;
   *     the finished steps are saved
   */
  public boolean train(
      Path start, String policy, Function<Learner, Environment> environment, String what) {
    Optional<StageState> progress = run.progress(stage);
    int done = progress.map(StageState::step).orElse(0);
    SortedMap<String, Long> counters =
        new TreeMap<>(progress.map(StageState::counters).orElseGet(TreeMap::new));
    Path from = progress.flatMap(StageState::checkpoint).map(run::resolve).orElse(start);
    listener.on(new Event.StageStarted(stage, config.maxSteps(), done, what));
    Optional<FrozenPolicy> reference =
        config.beta() > 0
            ? Optional.of(store.open(start, policy + "-reference"))
            : Optional.empty();
    try (Learner learner =
        store.learn(from, policy, config.learner(seed.derive("learner")), done > 0, reference)) {
      Environment env = environment.apply(learner);
      for (int step = done; step < config.maxSteps(); step++) {
        if (stopRequested.getAsBoolean()) {
          return stopped(learner, step, counters);
        }
        try {
          step(learner, env, step, counters);
        } catch (CancellationException e) {
          return stopped(learner, step, counters);
        } catch (ModelUnavailableException e) {
          saveUnsaved(learner, step, counters);
          throw e;
        }
        boolean last = step + 1 == config.maxSteps();
        if (last || (step + 1) % config.saveSteps() == 0) {
          save(learner, step + 1, counters);
        }
      }
    } finally {
      reference.ifPresent(FrozenPolicy::close);
    }
    return true;
  }

  private boolean stopped(Learner learner, int step, SortedMap<String, Long> counters) {
    saveUnsaved(learner, step, counters);
    listener.on(new Event.Interrupted(stage, step, run.root()));
    return false;
  }

  /** Saves what the steps before this one have learned; the weights are as they left them. */
  private void saveUnsaved(Learner learner, int step, SortedMap<String, Long> counters) {
    if (run.progress(stage).map(StageState::step).orElse(0) != step) {
      save(learner, step, counters);
    }
  }

  private void step(Learner learner, Environment env, int step, SortedMap<String, Long> counters) {
    long begin = System.nanoTime();
    StepDraws draws =
        StepDraws.of(step, config, env, seed, (s, requests) -> sample(learner, s, requests));
    List<StepDraws.Scored> trained = draws.trained();
    List<double[]> advantagesPG =
        Advantages.of(
            trained.stream().map(StepDraws.Scored::rewardsG).toList(), config.scaleRewards());
    long scored = System.nanoTime();
    writeCompletions(env, step, draws, advantagesPG);
    double learningRate = config.learningRateAt(step);
    LearnerMetrics learned;
    try {
      learned =
          learner.step(
              IntStream.range(0, trained.size())
                  .mapToObj(p -> new TrainingGroup(trained.get(p).group(), advantagesPG.get(p)))
                  .toList(),
              config.loss(),
              config.numIterations(),
              learningRate);
    } catch (PolicyException e) {
      throw new PolicyException(
          place(step)
              + e.getMessage()
              + ". Its completions are the lines with \"step\":"
              + (step + 1)
              + " of "
              + run.resolve(completionsFile())
              + ". "
              + kept()
              + " A resumed run would meet the same numbers again: start a new one with a lower "
              + stage.stage().wireName()
              + ".learning_rate or "
              + stage.stage().wireName()
              + ".max_grad_norm.",
          e);
    }
    counters.merge(NUM_TOKENS, learned.numTokens(), Long::sum);
    long end = System.nanoTime();

    StepDraws.Draw own = draws.own();
    StepMetrics metrics = new StepMetrics();
    metrics.learner(learned, learningRate, config.beta() > 0);
    metrics.rewards(own.rewardsPG(), env.maximumReward());
    for (int r = 0; r < env.rewardNames().size(); r++) {
      metrics.rewardPart(env.rewardNames().get(r), Rewards.part(own.scores(), r));
    }
    metrics.completions(own.groups());
    metrics.putAll(own.scores().metrics());
    if (config.maxRefills() > 0) {
      metrics.put("groups/refilled", (double) draws.refilledPlaces() / trained.size());
      metrics.put("groups/drawn", (double) draws.groups() / trained.size());
    }
    metrics.put(NUM_TOKENS, counters.getOrDefault(NUM_TOKENS, 0L));
    if (env.promptsPerEpoch().isPresent()) {
      metrics.put(
          "epoch",
          (step + 1.0) * config.promptsPerStep() / Math.max(1, env.promptsPerEpoch().getAsInt()));
    }
    metrics.put("step_time", (end - begin) / NANOS);
    metrics.put("timing_s/sample", draws.sampleNanos() / NANOS);
    metrics.put("timing_s/score", draws.scoreNanos() / NANOS);
    metrics.put("timing_s/learn", (end - scored) / NANOS);
    metrics.put(
        "perf/sampled_tokens_per_second", draws.sampledTokens() / (draws.sampleNanos() / NANOS));
    metrics.put("perf/trained_tokens_per_second", learned.numTokens() / ((end - scored) / NANOS));
    ProcessMemory.residentMb().ifPresent(mb -> metrics.put("native/rss", mb));
    metrics.putAll(store.gauges());

    listener.on(new Event.StepFinished(stage, step + 1, config.maxSteps(), metrics.values()));
    own.scores()
        .example()
        .ifPresent(
            example ->
                listener.on(
                    new Event.SampleShown(
                        stage,
                        step + 1,
                        example.prompt(),
                        own.groups()
                            .get(example.group())
                            .completionsG()
                            .get(example.member())
                            .text(),
                        example.expected(),
                        own.rewardsPG().get(example.group())[example.member()])));
    if (step + 1 == config.maxSteps()) {
      SortedMap<String, Double> summary = new TreeMap<>();
      summary.put("reward", metrics.values().getOrDefault("reward", Double.NaN));
      listener.on(new Event.StageFinished(stage, summary));
    }
  }

  private List<Group> sample(Learner learner, int step, List<SampleRequest> requests) {
    try {
      return learner.sampler().sample(requests, config.sampling());
    } catch (PolicyException e) {
      throw new PolicyException(place(step) + e.getMessage() + " " + kept(), e);
    }
  }

  private void writeCompletions(
      Environment env, int step, StepDraws draws, List<double[]> advantagesPG) {
    JsonLines log = run.log(completionsFile());
    for (int d = 0; d < draws.draws().size(); d++) {
      StepDraws.Draw draw = draws.draws().get(d);
      for (int p = 0; p < draw.groups().size(); p++) {
        Group group = draw.groups().get(p);
        boolean isTrained = draws.isTrained(d, draw.places().get(p));
        for (int g = 0; g < group.completionsG().size(); g++) {
          Completion completion = group.completionsG().get(g);
          CompletionScore score = draw.scores().scoresPG().get(p).get(g);
          ObjectNode line = Json.object();
          line.put("step", step + 1);
          line.put("prompt_id", group.prompt().id());
          line.put("member", g);
          line.put("completion", completion.text());
          line.put("tokens", completion.tokenIdsT().length);
          line.put("stop_reason", completion.stopReason().name());
          line.put("policy_step", completion.version().step());
          switch (score.outcome()) {
            case Outcome.Scored(List<Double> partsR) -> {
              ObjectNode parts = line.putObject("parts");
              for (int r = 0; r < partsR.size(); r++) {
                parts.put(env.rewardNames().get(r), partsR.get(r));
              }
            }
            case Outcome.Unscorable(String cause) -> line.put("unscorable", cause);
          }
          EventLog.putNumber(line, "reward", draw.rewardsPG().get(p)[g]);
          line.put("advantage", isTrained ? advantagesPG.get(draw.places().get(p))[g] : 0);
          if (config.maxRefills() > 0) {
            line.put("refill", draw.round());
            line.put("trained", isTrained);
          }
          score.columns().properties().forEach(e -> line.set(e.getKey(), e.getValue()));
          log.append(line);
        }
      }
    }
  }

  private String completionsFile() {
    return "completions/" + stage.label() + ".jsonl";
  }

  private void save(Learner learner, int step, SortedMap<String, Long> counters) {
    boolean last = step == config.maxSteps();
    String relative = stage.folder() + "/" + RunDirectory.CHECKPOINT + (last ? "" : "-" + step);
    learner.save(run.resolve(relative));
    run.commit(stage, step, last, Optional.of(relative), counters);
  }

  private String place(int step) {
    return "Step %d of iteration %d, %s: "
        .formatted(step + 1, stage.iteration(), stage.stage().wireName());
  }

  private String kept() {
    return run.progress(stage)
        .flatMap(StageState::checkpoint)
        .map(path -> "The last good checkpoint is " + run.resolve(path) + ".")
        .orElse("No checkpoint of this stage was written yet; those of earlier stages stand.");
  }
}
