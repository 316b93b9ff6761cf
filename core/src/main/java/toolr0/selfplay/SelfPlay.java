package toolr0.selfplay;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.ModelUnavailableException;
import toolr0.curriculum.CuratedTask;
import toolr0.curriculum.DatasetStage;
import toolr0.curriculum.SolverProbe;
import toolr0.eval.Benchmark;
import toolr0.eval.EvaluationReport;
import toolr0.eval.Evaluator;
import toolr0.eval.ReplyLines;
import toolr0.eval.ReplyStore;
import toolr0.grpo.GrpoTrainer;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.PolicyStore;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Judge;
import toolr0.run.Event;
import toolr0.run.EventLog;
import toolr0.run.JsonLines;
import toolr0.run.Plan;
import toolr0.run.RunDirectory;
import toolr0.run.RunException;
import toolr0.run.RunListener;
import toolr0.run.Stage;
import toolr0.run.StageId;
import toolr0.run.StageState;
import toolr0.task.ControlSpecSampler;
import toolr0.task.TaskCheck;
import toolr0.task.TaskParser;

/**
 * The whole run: the base model is evaluated, then in every iteration the Generator is trained
 * against the frozen Solver (A), writes a dataset that the Solver verifies (B), the Solver is
 * trained on it (C) and evaluated (D). Which weights feed which stage is method section 1: both
 * roles start from the base model and go on from their own last checkpoint; the Solver that probes,
 * judges and verifies is the one of the iteration before.
 */
public final class SelfPlay {
  private static final String GENERATOR = "generator";
  private static final String SOLVER = "solver";
  private static final String REPLIES = "replies.jsonl";

  private final SelfPlayConfig config;
  private final Path base;
  private final RunDirectory run;
  private final PolicyStore store;
  private final Respondents respondents;
  private final Benchmark benchmark;
  private final Plan plan;
  private final RemoteReport listener;
  private final BooleanSupplier stopRequested;
  private final PromptBuilder prompts;
  private final TaskParser parser;
  private final TaskCheck check;
  private final Seed seed;

  /**
   * A run over an open run directory.
   *
   * @param listener hears every event, beside the run's own logs
   * @param stopRequested asked between steps and chunks; when true the run stops where it can be
   *     resumed
   */
  public SelfPlay(
      PlannedRun planned,
      RunModels models,
      RunDirectory run,
      RunListener listener,
      BooleanSupplier stopRequested) {
    this.config = planned.config();
    this.base = models.base();
    this.run = run;
    this.store = models.store();
    this.respondents = new Respondents(config.remote(), models.remote(), store);
    this.benchmark = planned.benchmark();
    this.plan = planned.plan();
    this.listener =
        new RemoteReport(models.remote(), RunListener.all(List.of(new EventLog(run), listener)));
    this.stopRequested = stopRequested;
    this.prompts = PromptBuilder.of(config.prompts());
    this.parser = new TaskParser(config.task().parser());
    this.check = new TaskCheck(config.task().check());
    this.seed = new Seed(config.seed());
  }

  /**
   * Runs to the end, from wherever the run directory says the run stands, and writes the report.
   *
   * @return false when it stopped because it was asked to
   * @throws toolr0.policy.PolicyException when a model fails; the last checkpoint stands
   * @throws ModelUnavailableException when no endpoint of a configured model answers any more; the
   *     run can be resumed
   * @throws toolr0.run.RunException when files fail or no task survives
   */
  public boolean run() {
    boolean complete;
    try {
      complete = stages();
    } catch (RuntimeException e) {
      noteFailure(e);
      throw e;
    }
    run.endSession(complete ? "finished" : "interrupted");
    return complete;
  }

  private boolean stages() {
    String name = run.root().toAbsolutePath().normalize().getFileName().toString();
    listener.on(
        run.state().map(state -> resumed(name, state)).orElse(new Event.RunPlanned(name, plan)));
    boolean complete = evaluate(StageId.base(), base, "base");
    for (int iteration = 1; complete && iteration <= config.iterations(); iteration++) {
      complete = iterate(iteration);
    }
    if (complete) {
      SortedMap<String, Double> summary = new RunReport(config, run).write();
      listener.on(new Event.RunFinished(run.root(), run.resolve(RunReport.MARKDOWN), summary));
    }
    return complete;
  }

  private Event resumed(String name, StageState state) {
    List<StageId> evaluations = new ArrayList<>(List.of(StageId.base()));
    for (int iteration = 1; iteration <= config.iterations(); iteration++) {
      evaluations.add(new StageId(iteration, Stage.EVALUATION));
    }
    List<Event.EvaluationFinished> results =
        evaluations.stream()
            .filter(run::finished)
            .map(id -> EvaluationRecord.event(run, id, config.evaluation()))
            .toList();
    return new Event.RunResumed(
        name, state.stage(), state.step(), run.finished(evaluations.getLast()), results, plan);
  }

  private void noteFailure(RuntimeException failure) {
    try {
      run.endSession("failed: " + failure.getMessage());
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private boolean iterate(int iteration) {
    Path solver = solver(iteration - 1);
    return unlessCancelled(
            new StageId(iteration, Stage.GENERATOR), () -> trainGenerator(iteration, solver))
        && unlessCancelled(
            new StageId(iteration, Stage.DATASET), () -> buildDataset(iteration, solver))
        && trainSolver(iteration, solver)
        && evaluate(
            new StageId(iteration, Stage.EVALUATION),
            solver(iteration),
            "solver of iteration " + iteration);
  }

  /** A stage that may ask models behind endpoints, which end at once when the run is to stop. */
  private boolean unlessCancelled(StageId id, BooleanSupplier stage) {
    try {
      return stage.getAsBoolean();
    } catch (CancellationException e) {
      int done = run.progress(id).map(StageState::step).orElse(0);
      listener.on(new Event.Interrupted(id, done, run.root()));
      return false;
    } catch (ModelUnavailableException e) {
      listener.tellNotes(id);
      ModelUnavailableException told =
          new ModelUnavailableException(
              e.getMessage()
                  + ". Nothing is lost; when it answers again, go on with ./toolr0 evolve --resume "
                  + run.root());
      told.initCause(e);
      throw told;
    }
  }

  private Path solver(int iteration) {
    return checkpoint(iteration, Stage.SOLVER);
  }

  private Path checkpoint(int iteration, Stage stage) {
    return iteration == 0
        ? base
        : run.resolve(new StageId(iteration, stage).folder()).resolve(RunDirectory.CHECKPOINT);
  }

  private boolean trainGenerator(int iteration, Path solver) {
    StageId id = new StageId(iteration, Stage.GENERATOR);
    if (run.finished(id)) {
      return true;
    }
    Seed stageSeed = seed(id);
    GrpoTrainer trainer =
        new GrpoTrainer(
            run, id, config.generator(), store, listener, stopRequested, stageSeed.derive("train"));
    try (Respondents.Advisers advisers =
        respondents.advisers(iteration, solver, config.gradesTasks())) {
      SolverProbe probe =
          new SolverProbe(
              advisers.probe(),
              prompts,
              config.probe().agreement(),
              config.probe().kSolverSamples(),
              SamplingParams.at(config.probe().tempSolver(), config.probe().maxCompletionLength()));
      Optional<Judge> judge =
          advisers.judge().map(model -> new ModelJudge(model, prompts, config.judge()));
      return trainer.train(
          checkpoint(iteration - 1, Stage.GENERATOR),
          GENERATOR,
          learner ->
              new GeneratorEnvironment(
                  new ControlSpecSampler(config.control()),
                  config.generator().promptsPerStep(),
                  prompts,
                  learner.renderer(),
                  parser,
                  check,
                  config.reward().generator(),
                  probe,
                  judge,
                  stageSeed),
          "the Generator learns to write tasks at the edge of what the Solver can do"
              + respondents.inWords(RemoteRole.PROBE, RemoteRole.JUDGE));
    }
  }

  private boolean buildDataset(int iteration, Path solver) {
    StageId id = new StageId(iteration, Stage.DATASET);
    if (run.finished(id)) {
      return true;
    }
    return new DatasetStage(
            run,
            id,
            config.dataset(),
            config.control(),
            config.dataset().validation().reader(parser, check),
            prompts,
            listener,
            stopRequested,
            seed(id))
        .build(
            respondents.datasetModels(iteration, checkpoint(iteration, Stage.GENERATOR), solver),
            "the Generator writes tasks, the Solver verifies and rates them"
                + respondents.inWords(RemoteRole.CANDIDATES, RemoteRole.VERIFICATION));
  }

  private boolean trainSolver(int iteration, Path solver) {
    StageId id = new StageId(iteration, Stage.SOLVER);
    if (run.finished(id)) {
      return true;
    }
    Path file =
        run.resolve(new StageId(iteration, Stage.DATASET).folder()).resolve(DatasetStage.TASKS);
    List<CuratedTask> tasks = CuratedTask.read(file);
    GrpoTrainer trainer =
        new GrpoTrainer(
            run, id, config.solver(), store, listener, stopRequested, seed(id).derive("train"));
    return trainer.train(
        solver,
        SOLVER,
        learner ->
            new SolverEnvironment(
                tasks,
                prompts,
                learner.renderer(),
                config.reward().solver(),
                config.solver(),
                seed(id).derive("order")),
        "the Solver learns from " + tasks.size() + " tasks, easy to hard");
  }

  private boolean evaluate(StageId id, Path checkpoint, String model) {
    if (run.finished(id)) {
      return true;
    }
    Evaluator evaluator = new Evaluator(config.evaluation(), prompts);
    int batches = evaluator.batches(benchmark);
    int before = run.progress(id).map(StageState::step).orElse(0);
    listener.on(
        new Event.StageStarted(
            id, batches, before, model + " on " + benchmark.name() + ", greedy"));
    Optional<EvaluationReport> result;
    try (FrozenPolicy policy = store.open(checkpoint, SOLVER)) {
      result =
          evaluator.evaluate(
              policy,
              model,
              benchmark,
              replies(id),
              (batch, correct, asked) -> {
                if (batch > before) {
                  SortedMap<String, Double> metrics = new TreeMap<>();
                  metrics.put("success_rate", (double) correct / asked);
                  listener.on(new Event.StepFinished(id, batch, batches, metrics));
                  run.commit(id, batch, false, Optional.empty(), new TreeMap<>());
                }
              },
              stopRequested);
    }
    if (result.isEmpty()) {
      int done = run.progress(id).map(StageState::step).orElse(0);
      listener.on(new Event.Interrupted(id, done, run.root()));
      return false;
    }
    EvaluationReport report = result.get();
    run.write(EvaluationRecord.file(id, benchmark.name()), Json.pretty(report.toJson()) + "\n");
    listener.on(
        new Event.EvaluationFinished(
            id, benchmark.name(), report.overall(), report.categories(), report.more()));
    SortedMap<String, Double> summary = new TreeMap<>();
    String prefix = "eval/" + benchmark.name() + "/";
    summary.put(prefix + "ast_accuracy", report.overall().exactMatch());
    summary.put(prefix + "ci_low", report.overall().ciLow());
    summary.put(prefix + "ci_high", report.overall().ciHigh());
    report.more().forEach((figure, value) -> summary.put(prefix + figure, value));
    listener.on(new Event.StageFinished(id, summary));
    run.commit(id, batches, true, Optional.empty(), new TreeMap<>());
    return true;
  }

  /** The replies of the batches that are done, in a log of the run. */
  private ReplyStore replies(StageId id) {
    String name = id.folder() + "/" + REPLIES;
    JsonLines log = run.log(name);
    try {
      return new ReplyLines(JsonLines.read(run.resolve(name)), lines -> lines.forEach(log::append));
    } catch (IllegalArgumentException e) {
      throw new RunException(
          RunException.Kind.DATA,
          run.resolve(name)
              + " holds a line that is no reply ("
              + e.getMessage()
              + "); restore the file from a copy or start a new run",
          e);
    }
  }

  private Seed seed(StageId id) {
    return seed.derive(id.stage().wireName()).derive(id.iteration());
  }
}
