package toolr0.selfplay;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.grpo.CompletionScore;
import toolr0.grpo.Environment;
import toolr0.grpo.Outcome;
import toolr0.grpo.Refill;
import toolr0.grpo.StepScores;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.DifficultyProbe;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.GeneratorScore;
import toolr0.reward.Judge;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.ProbeOutcome;
import toolr0.reward.TaskScoring;
import toolr0.reward.WrittenTask;
import toolr0.task.ControlSpec;
import toolr0.task.ControlSpecSampler;
import toolr0.task.Fingerprint;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskDraft;
import toolr0.task.TaskParser;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Generator's training: control specs in, rewards for the written tasks out. Only tasks that
 * keep every rule reach the Solver and the judge, all of a step in one batch each.
 */
public final class GeneratorEnvironment implements Environment {
  private static final List<String> REWARDS =
      List.of("format", "validity", "spec", "difficulty", "judge", "repetition");

  private final ControlSpecSampler specs;
  private final int promptsPerStep;
  private final PromptBuilder prompts;
  private final ChatRenderer renderer;
  private final GeneratorRewardConfig weights;
  private final TaskScoring scoring;
  private final DifficultyProbe probe;
  private final Optional<Judge> judge;
  private final Seed seed;

  /**
   * The environment of one iteration.
   *
   * @param probe asks the frozen Solver
   * @param judge empty when there is none
   * @param seed the stage's own seed
   */
  public GeneratorEnvironment(
      ControlSpecSampler specs,
      int promptsPerStep,
      PromptBuilder prompts,
      ChatRenderer renderer,
      TaskParser parser,
      TaskCheck check,
      GeneratorRewardConfig weights,
      DifficultyProbe probe,
      Optional<Judge> judge,
      Seed seed) {
    this.specs = specs;
    this.promptsPerStep = promptsPerStep;
    this.prompts = prompts;
    this.renderer = renderer;
    this.weights = weights;
    this.scoring = new TaskScoring(parser, check, weights);
    this.probe = probe;
    this.judge = judge;
    this.seed = seed;
  }

  @Override
  public List<String> rewardNames() {
    return REWARDS;
  }

  @Override
  public List<Double> rewardWeights() {
    return List.of(
        weights.formatWeight(),
        weights.validityWeight(),
        weights.specWeight(),
        weights.difficultyWeight(),
        weights.judgeWeight(),
        weights.repetitionWeight());
  }

  @Override
  public double maximumReward() {
    return weights.formatWeight()
        + weights.validityWeight()
        + weights.specWeight()
        + weights.difficultyWeight()
        + weights.judgeWeight();
  }

  @Override
  public OptionalInt promptsPerEpoch() {
    return OptionalInt.empty();
  }

  @Override
  public List<Prompt> prompts(int step) {
    return prompts("spec-" + step + "-", specs(step));
  }

  @Override
  public List<Prompt> prompts(Refill refill) {
    return prompts("spec-" + refill.step() + "-refill-" + refill.round() + "-", specs(refill));
  }

  private List<Prompt> prompts(String id, List<ControlSpec> wanted) {
    List<Prompt> result = new ArrayList<>();
    for (int p = 0; p < wanted.size(); p++) {
      List<Message> messages = prompts.generator(wanted.get(p));
      result.add(new Prompt(id + p, messages, renderer.render(messages, true)));
    }
    return result;
  }

  private List<ControlSpec> specs(int step) {
    Seed specSeed = seed.derive("spec").derive(step);
    return IntStream.range(0, promptsPerStep)
        .mapToObj(p -> specs.sample(specSeed.derive(p)))
        .toList();
  }

  private List<ControlSpec> specs(Refill refill) {
    Seed specSeed = seed.derive("respec").derive(refill.step()).derive(refill.round());
    return refill.places().stream().map(p -> specs.sample(specSeed.derive(p))).toList();
  }

  /** One completion on its way to a score. */
  private record Written(int group, int member, WrittenTask task) {}

  @Override
  public StepScores score(int step, List<Group> groups) {
    return score(specs(step), groups, seed.derive("score").derive(step));
  }

  @Override
  public StepScores score(Refill refill, List<Group> groups) {
    Seed scoreSeed = seed.derive("rescore").derive(refill.step()).derive(refill.round());
    return score(specs(refill), groups, scoreSeed);
  }

  private StepScores score(List<ControlSpec> wanted, List<Group> groups, Seed stepSeed) {
    List<Written> written = read(wanted, groups);
    List<Task> tasks = written.stream().flatMap(w -> w.task().sound().stream()).toList();
    List<ProbeOutcome> probed =
        tasks.isEmpty() ? List.of() : probe.probe(tasks, stepSeed.derive("probe"));
    List<JudgeOutcome> judged =
        tasks.isEmpty()
            ? List.of()
            : judge.map(j -> j.judge(tasks, stepSeed.derive("judge"))).orElse(List.of());
    double[] penalties =
        weights
            .repetition()
            .penalties(written.stream().map(w -> w.task().parsed().draft().question()).toList());

    GeneratorMetrics metrics = new GeneratorMetrics(weights.difficulty());
    List<List<CompletionScore>> scoresPG = new ArrayList<>();
    groups.forEach(group -> scoresPG.add(new ArrayList<>()));
    int next = 0;
    for (int i = 0; i < written.size(); i++) {
      Written w = written.get(i);
      ProbeOutcome probeOutcome = new ProbeOutcome.NotApplicable("no sound task");
      JudgeOutcome judgeOutcome = new JudgeOutcome.NotApplicable("no sound task");
      if (w.task().sound().isPresent()) {
        probeOutcome = probed.get(next);
        judgeOutcome =
            judged.isEmpty() ? new JudgeOutcome.NotApplicable("no judge") : judged.get(next);
        next++;
      }
      GeneratorScore score = scoring.score(w.task(), probeOutcome, judgeOutcome, penalties[i]);
      metrics.add(w.task().parsed(), w.task().flaw(), score, probeOutcome, judgeOutcome);
      scoresPG
          .get(w.group())
          .add(
              new CompletionScore(
                  outcome(score, probeOutcome, judgeOutcome),
                  columns(w.task(), score, probeOutcome, judgeOutcome)));
    }
    SortedMap<String, Double> values = metrics.values();
    values.putAll(diversity(written));
    return new StepScores(
        scoresPG,
        values,
        Optional.of(new StepScores.Example(0, 0, wanted.getFirst().inWords(), "")));
  }

  private List<Written> read(List<ControlSpec> wanted, List<Group> groups) {
    List<Written> written = new ArrayList<>();
    for (int p = 0; p < groups.size(); p++) {
      ControlSpec spec = wanted.get(p);
      for (int g = 0; g < groups.get(p).completionsG().size(); g++) {
        String completion = groups.get(p).completionsG().get(g).text();
        written.add(new Written(p, g, scoring.read(spec, completion)));
      }
    }
    return written;
  }

  private static Outcome outcome(GeneratorScore score, ProbeOutcome probe, JudgeOutcome judge) {
    if (score.total().isEmpty()) {
      String cause = "the required list of its tool holds a list";
      if (probe instanceof ProbeOutcome.Failed(String probeCause)) {
        cause = "probe: " + probeCause;
      } else if (judge instanceof JudgeOutcome.Failed(String judgeCause)) {
        cause = "judge: " + judgeCause;
      }
      return new Outcome.Unscorable(cause);
    }
    return new Outcome.Scored(
        List.of(
            score.format(),
            score.validity(),
            score.spec().mean(),
            score.difficulty(),
            score.judge().orElse(0),
            score.repetition()));
  }

  private static ObjectNode columns(
      WrittenTask w, GeneratorScore score, ProbeOutcome probe, JudgeOutcome judge) {
    ObjectNode columns = Json.object();
    columns.put("spec", w.spec().inWords());
    if (!w.flaw().isEmpty()) {
      columns.put("flaw", w.flaw());
    }
    score.successRate().ifPresent(p -> columns.put("p_success", p));
    if (probe instanceof ProbeOutcome.Scored scored) {
      columns.put("p_samples", scored.samples());
    }
    if (judge instanceof JudgeOutcome.Scored(int grade)) {
      columns.put("judge_score", grade);
    }
    return columns;
  }

  private static SortedMap<String, Double> diversity(List<Written> written) {
    Set<String> questions = new HashSet<>();
    Map<String, Integer> tools = new TreeMap<>();
    int asked = 0;
    int calls = 0;
    for (Written w : written) {
      Optional<String> question = w.task().parsed().draft().question();
      if (question.isPresent()) {
        asked++;
        questions.add(Fingerprint.questionKey(question.get()));
      }
      if (w.task().parsed() instanceof ParsedTask.Parsed(Task task, TaskDraft _)) {
        calls += task.gold().size();
        task.tools().forEach(tool -> tools.merge(tool.name(), 1, Integer::sum));
      }
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("generator/distinct_questions", asked == 0 ? 0 : (double) questions.size() / asked);
    double total = tools.values().stream().mapToInt(Integer::intValue).sum();
    metrics.put(
        "generator/tool_entropy",
        tools.values().stream().mapToDouble(n -> -n / total * Math.log(n / total)).sum());
    long parsed =
        written.stream().filter(w -> w.task().parsed() instanceof ParsedTask.Parsed).count();
    metrics.put("generator/mean_calls", parsed == 0 ? 0 : (double) calls / parsed);
    return metrics;
  }
}
