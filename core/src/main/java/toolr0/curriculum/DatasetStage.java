package toolr0.curriculum;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.base.Text;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.PolicyStore;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.reward.ProbeOutcome;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunException;
import toolr0.run.RunListener;
import toolr0.run.Stage;
import toolr0.run.StageId;
import toolr0.run.StageState;
import toolr0.task.ControlSpec;
import toolr0.task.ControlSpecSampler;
import toolr0.task.ControlSpecWeights;
import toolr0.task.QuestionGate;
import toolr0.task.Task;
import toolr0.task.TaskReader;
import toolr0.tool.AnswerBlocks;
import tools.jackson.databind.node.ObjectNode;

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

  private static final String CANDIDATES = "candidates.jsonl";
  private static final String VERIFIED = "verified.jsonl";
  private static final String PLACEHOLDER = "placeholder_question";
  private static final int EXAMPLE_LENGTH = 400;

  private final RunDirectory run;
  private final StageId stage;
  private final DatasetConfig config;
  private final ControlSpecWeights control;
  private final TaskReader reader;
  private final PromptBuilder prompts;
  private final PolicyStore store;
  private final RunListener listener;
  private final BooleanSupplier stopRequested;
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
      PolicyStore store,
      RunListener listener,
      BooleanSupplier stopRequested,
      Seed seed) {
    this.run = run;
    this.stage = stage;
    this.config = config;
    this.control = control;
    this.reader = reader;
    this.prompts = prompts;
    this.store = store;
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.seed = seed;
  }

  /**
   * Builds the dataset, from wherever the run directory says the stage stands.
   *
   * @param generator the checkpoint that writes
   * @param solver the checkpoint that verifies
   * @param what one line for people
   * @return false when it stopped because it was asked to
   * @throws RunException when not a single task survives; the message says where they went
   */
  public boolean build(Path generator, Path solver, String what) {
    int done = run.progress(stage).map(StageState::step).orElse(0);
    int chunks = config.chunks();
    listener.on(new Event.StageStarted(stage, 2 * chunks, done, what));
    List<Candidate> candidates = readCandidates();
    if (done < chunks && !generate(generator, done, candidates)) {
      return false;
    }
    SortedMap<Integer, String> duplicates =
        Deduplicator.dropped(
            candidates, config.dedupBy(), config.keepPerFingerprint(), config.maxSimilarity());
    if (config.verification() == Agreement.NAMES) {
      dropPlaceholders(candidates, duplicates);
    }
    SortedMap<Integer, ProbeOutcome> outcomes = new TreeMap<>();
    SortedMap<Integer, DifficultyReply> judged = new TreeMap<>();
    readVerified(outcomes, judged);
    int verifiedChunks = Math.max(0, done - chunks);
    if (verifiedChunks < chunks
        && !verify(solver, verifiedChunks, candidates, duplicates, outcomes, judged)) {
      return false;
    }
    finish(candidates, duplicates, outcomes, judged);
    return true;
  }

  /** The published screen before cross-verification (method section 5.2). */
  private static void dropPlaceholders(
      List<Candidate> candidates, SortedMap<Integer, String> dropped) {
    QuestionGate gate = QuestionGate.publishedVerification();
    for (Candidate candidate : candidates) {
      if (candidate.task().filter(task -> !gate.passes(task.question())).isPresent()) {
        dropped.putIfAbsent(candidate.index(), PLACEHOLDER);
      }
    }
  }

  private boolean generate(Path generator, int firstChunk, List<Candidate> candidates) {
    ControlSpecSampler specs = new ControlSpecSampler(control);
    JsonLines log = run.log(file(CANDIDATES));
    SamplingParams params = SamplingParams.at(config.temperature(), config.maxCompletionLength());
    try (FrozenPolicy policy = store.open(generator, "generator")) {
      for (int chunk = firstChunk; chunk < config.chunks(); chunk++) {
        if (interrupted(chunk)) {
          return false;
        }
        int from = chunk * config.chunkSize();
        int to = Math.min(config.nGenerate(), from + config.chunkSize());
        List<SampleRequest> requests = new ArrayList<>();
        List<ControlSpec> chunkSpecs = new ArrayList<>();
        for (int index = from; index < to; index++) {
          ControlSpec spec = specs.sample(seed.derive("spec").derive(index));
          List<Message> messages = prompts.generator(spec);
          Prompt prompt =
              new Prompt("candidate-" + index, messages, policy.renderer().render(messages, true));
          requests.add(new SampleRequest(prompt, 1, seed.derive("write").derive(index)));
          chunkSpecs.add(spec);
        }
        List<Group> groups = policy.sample(requests, params);
        List<Candidate> fresh = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
          Completion completion = groups.get(i).completionsG().getFirst();
          Candidate candidate =
              Candidate.of(
                  from + i, chunkSpecs.get(i), completion.text(), completion.truncated(), reader);
          log.append(candidate.toJson(completion.truncated()));
          fresh.add(candidate);
        }
        candidates.addAll(fresh);
        if (chunk + 1 == config.chunks()) {
          replay(candidates, log);
        }
        long sound = sound(candidates);
        SortedMap<String, Double> metrics = new TreeMap<>();
        metrics.put("dataset/generated", (double) to);
        metrics.put("dataset/checked", (double) sound);
        metrics.put("success_rate", (double) sound / to);
        chunkDone(chunk, metrics);
        show(chunk, fresh);
        commit(chunk + 1);
      }
    }
    return true;
  }

  /** Appends the tasks that earlier iterations wrote and chose. */
  private void replay(List<Candidate> candidates, JsonLines log) {
    int first = Math.max(1, stage.iteration() - config.replayIterations());
    for (int iteration = first; iteration < stage.iteration(); iteration++) {
      String earlier = new StageId(iteration, Stage.DATASET).folder() + "/";
      Set<Integer> chosen =
          CuratedTask.read(run.resolve(earlier + TASKS)).stream()
              .map(CuratedTask::index)
              .filter(index -> index < config.nGenerate())
              .collect(Collectors.toSet());
      for (ObjectNode line : JsonLines.read(run.resolve(earlier + CANDIDATES))) {
        if (chosen.contains(line.required("index").asInt())) {
          line.put("index", candidates.size());
          line.put("iteration", iteration);
          log.append(line);
          candidates.add(Candidate.fromJson(line, reader));
        }
      }
    }
  }

  /** How many of the completions of this iteration hold a task. */
  private long sound(List<Candidate> candidates) {
    return candidates.stream()
        .filter(c -> c.index() < config.nGenerate() && c.task().isPresent())
        .count();
  }

  private boolean verify(
      Path solver,
      int firstChunk,
      List<Candidate> candidates,
      SortedMap<Integer, String> duplicates,
      SortedMap<Integer, ProbeOutcome> outcomes,
      SortedMap<Integer, DifficultyReply> judged) {
    JsonLines log = run.log(file(VERIFIED));
    List<String> stop =
        config.verification() == Agreement.NAMES
            ? List.of(AnswerBlocks.Tag.TOOL_CALL_ANSWER.close())
            : List.of();
    SamplingParams params =
        new SamplingParams(
            config.maxVerifyLength(), config.tempVerify(), config.verifyTopP(), 0, stop);
    int chunkSize = Math.max(config.chunkSize(), Math.ceilDiv(candidates.size(), config.chunks()));
    try (FrozenPolicy policy = store.open(solver, "solver")) {
      SolverProbe probe =
          new SolverProbe(policy, prompts, config.verification(), config.kVerify(), params);
      DifficultyJudge judge = new DifficultyJudge(policy, prompts);
      for (int chunk = firstChunk; chunk < config.chunks(); chunk++) {
        if (interrupted(config.chunks() + chunk)) {
          return false;
        }
        List<Candidate> batch = new ArrayList<>();
        List<Task> tasks = new ArrayList<>();
        int from = Math.min(candidates.size(), chunk * chunkSize);
        int to = Math.min(candidates.size(), from + chunkSize);
        for (Candidate candidate : candidates.subList(from, to)) {
          if (candidate.task().isPresent() && !duplicates.containsKey(candidate.index())) {
            batch.add(candidate);
            tasks.add(candidate.task().get());
          }
        }
        List<ProbeOutcome> results =
            tasks.isEmpty() ? List.of() : probe.probe(tasks, seed.derive("verify").derive(chunk));
        for (int i = 0; i < batch.size(); i++) {
          outcomes.put(batch.get(i).index(), results.get(i));
        }
        if (config.difficulty() == DifficultySource.JUDGE) {
          judged.putAll(judge(judge, batch, outcomes, seed.derive("judge").derive(chunk)));
        }
        for (int i = 0; i < batch.size(); i++) {
          int index = batch.get(i).index();
          log.append(toJson(index, results.get(i), Optional.ofNullable(judged.get(index))));
        }
        SortedMap<String, Double> metrics = new TreeMap<>();
        long agreed =
            outcomes.values().stream().filter(o -> config.dropReason(o).isEmpty()).count();
        metrics.put("dataset/answered", (double) outcomes.size());
        metrics.put("dataset/verified", (double) agreed);
        metrics.put("success_rate", outcomes.isEmpty() ? 0 : (double) agreed / outcomes.size());
        chunkDone(config.chunks() + chunk, metrics);
        commit(config.chunks() + chunk + 1);
      }
    }
    return true;
  }

  /** The judge's difficulties of the candidates of a chunk whose answers agree with gold. */
  private SortedMap<Integer, DifficultyReply> judge(
      DifficultyJudge judge,
      List<Candidate> batch,
      SortedMap<Integer, ProbeOutcome> outcomes,
      Seed chunkSeed) {
    List<Candidate> agreed =
        batch.stream()
            .filter(
                c ->
                    outcomes.get(c.index()) instanceof ProbeOutcome o
                        && config.dropReason(o).isEmpty())
            .toList();
    List<DifficultyReply> replies =
        judge.judge(agreed.stream().map(c -> c.task().orElseThrow()).toList(), chunkSeed);
    SortedMap<Integer, DifficultyReply> judged = new TreeMap<>();
    for (int i = 0; i < agreed.size(); i++) {
      judged.put(agreed.get(i).index(), replies.get(i));
    }
    return judged;
  }

  private void finish(
      List<Candidate> candidates,
      SortedMap<Integer, String> duplicates,
      SortedMap<Integer, ProbeOutcome> outcomes,
      SortedMap<Integer, DifficultyReply> judged) {
    SortedMap<String, Integer> dropped = new TreeMap<>();
    SortedMap<String, String> examples = new TreeMap<>();
    List<CuratedTask> pool = new ArrayList<>();
    for (Candidate candidate : candidates) {
      String reason = reason(candidate, duplicates, outcomes);
      if (reason.isEmpty()
          && candidate.task().isPresent()
          && outcomes.get(candidate.index())
              instanceof ProbeOutcome.Scored(int successes, int samples)) {
        pool.add(
            new CuratedTask(
                candidate.index(),
                candidate.spec().domain(),
                candidate.task().get(),
                successes,
                samples,
                judged.get(candidate.index()) instanceof DifficultyReply reply
                    ? reply.difficulty()
                    : Difficulty.of((double) successes / samples, config)));
      } else {
        dropped.merge(reason, 1, Integer::sum);
        examples.putIfAbsent(reason, example(candidate));
      }
    }
    QuestionGate gate = QuestionGate.publishedSelection();
    List<CuratedTask> selectable = new ArrayList<>();
    for (CuratedTask task : pool) {
      if (config.selection() != SelectionRule.QUOTAS || gate.passes(task.task().question())) {
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
    int checked = (int) sound(candidates);
    int repeated =
        (int) duplicates.values().stream().filter(reason -> !reason.equals(PLACEHOLDER)).count();
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
    run.write(file(REPORT), Json.pretty(report.toJson()));
    if (kept.isEmpty()) {
      throw new RunException(
          RunException.Kind.DATA,
          "Iteration "
              + stage.iteration()
              + ": none of "
              + candidates.size()
              + " written tasks can be used ("
              + report.drops()
              + "). For example "
              + report.commonestExample()
              + " All of them are in "
              + run.resolve(file(CANDIDATES))
              + "; train the Generator longer, generate more (dataset.n_generate) or widen"
              + " dataset.tau_verify and dataset.tau_verify_high.");
    }
    JsonLines tasks = run.log(file(TASKS));
    kept.forEach(task -> tasks.append(task.toJson()));
    listener.on(new Event.StageFinished(stage, report.metrics()));
    run.commit(stage, 2 * config.chunks(), true, Optional.empty(), new TreeMap<>());
  }

  private String reason(
      Candidate candidate,
      SortedMap<Integer, String> duplicates,
      SortedMap<Integer, ProbeOutcome> outcomes) {
    if (candidate.task().isEmpty()) {
      return candidate.reason();
    }
    String duplicate = duplicates.getOrDefault(candidate.index(), "");
    if (!duplicate.isEmpty()) {
      return duplicate;
    }
    ProbeOutcome outcome = outcomes.get(candidate.index());
    if (outcome == null) {
      throw new IllegalStateException("candidate " + candidate.index() + " was never verified");
    }
    return config.dropReason(outcome);
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

  private boolean interrupted(int step) {
    if (!stopRequested.getAsBoolean()) {
      return false;
    }
    listener.on(new Event.Interrupted(stage, step, run.root()));
    return true;
  }

  private void chunkDone(int step, SortedMap<String, Double> metrics) {
    listener.on(new Event.StepFinished(stage, step + 1, 2 * config.chunks(), metrics));
  }

  private void show(int chunk, List<Candidate> fresh) {
    fresh.stream()
        .findFirst()
        .ifPresent(
            candidate ->
                listener.on(
                    new Event.SampleShown(
                        stage,
                        chunk + 1,
                        describe(candidate.spec()),
                        candidate.completion(),
                        "",
                        candidate.task().isPresent() ? 1 : 0)));
  }

  private static String describe(ControlSpec spec) {
    return String.format(
        Locale.ROOT,
        "%s, %s, %d tools, %d calls",
        spec.domain(),
        spec.contextType().wireName(),
        spec.numTools(),
        spec.numCalls());
  }

  private void commit(int step) {
    run.commit(stage, step, false, Optional.empty(), new TreeMap<>());
  }

  private List<Candidate> readCandidates() {
    List<Candidate> candidates = new ArrayList<>();
    for (ObjectNode line : JsonLines.read(run.resolve(file(CANDIDATES)))) {
      candidates.add(Candidate.fromJson(line, reader));
    }
    return candidates;
  }

  private void readVerified(
      SortedMap<Integer, ProbeOutcome> outcomes, SortedMap<Integer, DifficultyReply> judged) {
    for (ObjectNode line : JsonLines.read(run.resolve(file(VERIFIED)))) {
      int index = line.required("index").asInt();
      int samples = line.path("samples").asInt(0);
      ProbeOutcome outcome;
      if (samples > 0) {
        outcome = new ProbeOutcome.Scored(line.required("successes").asInt(), samples);
      } else if (line.has("failed")) {
        outcome = new ProbeOutcome.Failed(line.required("failed").asString());
      } else {
        outcome = new ProbeOutcome.NotApplicable(line.required("not_asked").asString());
      }
      outcomes.put(index, outcome);
      if (line.has("difficulty")) {
        judged.put(
            index,
            new DifficultyReply(
                Difficulty.ofWireName(line.required("difficulty").asString()),
                line.required("difficulty_fallback").asBoolean()));
      }
    }
  }

  private ObjectNode toJson(int index, ProbeOutcome outcome, Optional<DifficultyReply> difficulty) {
    ObjectNode node = Json.object();
    node.put("index", index);
    switch (outcome) {
      case ProbeOutcome.Scored(int successes, int samples) -> {
        node.put("successes", successes);
        node.put("samples", samples);
      }
      case ProbeOutcome.NotApplicable(String reason) -> node.put("not_asked", reason);
      case ProbeOutcome.Failed(String cause) -> node.put("failed", cause);
    }
    if (difficulty.isPresent()) {
      DifficultyReply reply = difficulty.get();
      node.put("difficulty", reply.difficulty().wireName());
      node.put("difficulty_fallback", reply.fallback());
      ObjectNode agreement = Json.object();
      if (outcome instanceof ProbeOutcome.Scored scored) {
        agreement.put("p_mode", scored.successRate());
      }
      config
          .confidence()
          .of(reply.fallback(), agreement)
          .ifPresent(confidence -> node.put("confidence", confidence));
    }
    return node;
  }

  private String file(String name) {
    return stage.folder() + "/" + name;
  }
}
