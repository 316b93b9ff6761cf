package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.base.Text;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.ProbeOutcome;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunException;
import toolr0.run.RunListener;
import toolr0.run.StageId;
import toolr0.task.ControlSpecWeights;
import toolr0.task.QuestionGate;
import toolr0.task.TaskReader;

/**
 * Stage B: the Generator writes candidates, chunk by chunk; equal ones go; the Solver answers the
 * rest and the tasks chosen in earlier iterations, chunk by chunk; what remains is selected and
 * ordered. After every chunk the run can be interrupted and resumed with the same result.
 *
 * <p>Files in the stage's folder: {@code candidates.jsonl} (every completion and why it was
 * dropped, earlier tasks last, with the iteration that they are from), {@code verified.jsonl} (the
 * Solver's share of right answers), {@code tasks.jsonl} (the dataset, easiest first) and {@code
 * report.json}.
 */
public final class DatasetStage {
  public static final String TASKS = "tasks.jsonl";
  public static final String REPORT = "report.json";

  private static final String PLACEHOLDER = "placeholder_question";
  private static final int EXAMPLE_LENGTH = 400;

  private final ChunkedStage stage;
  private final DatasetConfig config;
  private final ControlSpecWeights control;
  private final TaskReader reader;
  private final PromptBuilder prompts;
  private final Seed seed;

  /**
   * The dataset stage of one iteration.
   *
   * @param reader decides which completions become tasks
   * @param stopRequested asked between chunks; when true the stage returns
   * @param seed the stage's own seed
   */
  public DatasetStage(
      RunDirectory run,
      StageId stage,
      DatasetConfig config,
      ControlSpecWeights control,
      TaskReader reader,
      PromptBuilder prompts,
      RunListener listener,
      BooleanSupplier stopRequested,
      Seed seed) {
    this.stage = new ChunkedStage(run, stage, 2 * config.chunks(), listener, stopRequested);
    this.config = config;
    this.control = control;
    this.reader = reader;
    this.prompts = prompts;
    this.seed = seed;
  }

  /**
   * Builds the dataset, from wherever the run directory says the stage stands.
   *
   * @param models who is asked
   * @param what one line for people
   * @return false when it stopped because it was asked to
   * @throws RunException when not a single task survives; the message says where they went
   */
  public boolean build(DatasetModels models, String what) {
    int done = stage.done();
    int chunks = config.chunks();
    stage.start(what);
    CandidateWriter writer = new CandidateWriter(stage, config, control, reader, prompts, seed);
    List<Candidate> candidates = writer.read();
    if (done < chunks && !writer.write(models.generator(), done, candidates)) {
      return false;
    }
    SortedMap<Integer, String> screened = screened(candidates);
    TaskVerifier verifier = new TaskVerifier(stage, config, prompts, seed);
    int verified = Math.max(0, done - chunks);
    if (verified < chunks && !verifier.verify(models, verified, candidates, screened)) {
      return false;
    }
    finish(candidates, screened, verifier, (int) writer.sound(candidates));
    return true;
  }

  /** The reasons of those that go before the Solver is asked, by index. */
  private SortedMap<Integer, String> screened(List<Candidate> candidates) {
    SortedMap<Integer, String> screened =
        Deduplicator.dropped(
            candidates, config.dedupBy(), config.keepPerFingerprint(), config.maxSimilarity());
    if (config.placeholderScreens()) {
      QuestionGate gate = QuestionGate.publishedVerification();
      for (Candidate candidate : candidates) {
        if (candidate.task().filter(task -> !gate.passes(task.question())).isPresent()) {
          screened.putIfAbsent(candidate.index(), PLACEHOLDER);
        }
      }
    }
    return screened;
  }

  private void finish(
      List<Candidate> candidates,
      SortedMap<Integer, String> screened,
      TaskVerifier verifier,
      int checked) {
    SortedMap<String, Integer> dropped = new TreeMap<>();
    SortedMap<String, String> examples = new TreeMap<>();
    List<CuratedTask> pool = new ArrayList<>();
    for (Candidate candidate : candidates) {
      String reason = reason(candidate, screened, verifier);
      if (reason.isEmpty()) {
        pool.add(curated(candidate, verifier));
      } else {
        dropped.merge(reason, 1, Integer::sum);
        examples.putIfAbsent(reason, example(candidate));
      }
    }
    QuestionGate gate = QuestionGate.publishedSelection();
    List<CuratedTask> selectable = new ArrayList<>();
    for (CuratedTask task : pool) {
      if (!config.placeholderScreens() || gate.passes(task.task().question())) {
        selectable.add(task);
      } else {
        dropped.merge(PLACEHOLDER, 1, Integer::sum);
        examples.putIfAbsent(PLACEHOLDER, example(candidates.get(task.index())));
      }
    }
    List<CuratedTask> kept =
        new Selection(config, control.domains(), seed.derive("select")).select(selectable);
    if (kept.size() < selectable.size()) {
      dropped.put("not_selected", selectable.size() - kept.size());
    }
    int replayed = candidates.size() - config.nGenerate();
    int repeated =
        (int) screened.values().stream().filter(reason -> !reason.equals(PLACEHOLDER)).count();
    DatasetReport report =
        new DatasetReport(
            config.nGenerate(),
            checked,
            replayed,
            checked + replayed - repeated,
            pool.size(),
            kept.size(),
            (int) kept.stream().filter(task -> task.index() >= config.nGenerate()).count(),
            config.nFinal(),
            dropped,
            examples,
            byDifficulty(pool),
            byDifficulty(kept),
            count(kept.stream().map(CuratedTask::domain).toList()),
            count(kept.stream().map(t -> Integer.toString(t.task().gold().size())).toList()),
            kept.stream().mapToDouble(CuratedTask::successRate).average().orElse(Double.NaN));
    stage.write(REPORT, Json.pretty(report.toJson()));
    if (kept.isEmpty()) {
      throw new RunException(
          RunException.Kind.DATA,
          "Iteration "
              + stage.id().iteration()
              + ": none of "
              + candidates.size()
              + " written tasks can be used ("
              + report.drops()
              + "). For example "
              + report.commonestExample()
              + " All of them are in "
              + stage.path(CandidateWriter.FILE)
              + "; train the Generator longer, generate more (dataset.n_generate) or widen"
              + " dataset.tau_verify and dataset.tau_verify_high.");
    }
    JsonLines tasks = stage.log(TASKS);
    kept.forEach(task -> tasks.append(task.toJson()));
    stage.finish(report.metrics());
  }

  /** Why a candidate is dropped; empty when its task goes into the pool. */
  private String reason(
      Candidate candidate, SortedMap<Integer, String> screened, TaskVerifier verifier) {
    if (candidate.task().isEmpty()) {
      return candidate.reason();
    }
    String screen = screened.getOrDefault(candidate.index(), "");
    return screen.isEmpty() ? config.dropReason(verifier.of(candidate.index()).outcome()) : screen;
  }

  private CuratedTask curated(Candidate candidate, TaskVerifier verifier) {
    Verification verification = verifier.of(candidate.index());
    if (!(verification.outcome() instanceof ProbeOutcome.Scored scored)) {
      throw new IllegalStateException(
          "candidate " + candidate.index() + " counts as verified without an answer");
    }
    return new CuratedTask(
        candidate.index(),
        candidate.spec().domain(),
        candidate.task().orElseThrow(),
        scored.successes(),
        scored.samples(),
        verification.difficulty(scored.successRate(), config));
  }

  private static String example(Candidate candidate) {
    String detail = candidate.detail().isEmpty() ? "" : " (" + candidate.detail() + ")";
    return "candidate "
        + candidate.index()
        + detail
        + ": "
        + Text.shorten(Text.collapse(candidate.completion()), EXAMPLE_LENGTH);
  }

  private static SortedMap<String, Integer> byDifficulty(List<CuratedTask> tasks) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Difficulty difficulty : Difficulty.values()) {
      counts.put(
          difficulty.wireName(),
          (int) tasks.stream().filter(t -> t.difficulty() == difficulty).count());
    }
    return counts;
  }

  private static SortedMap<String, Integer> count(List<String> values) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    values.forEach(value -> counts.merge(value, 1, Integer::sum));
    return counts;
  }
}
