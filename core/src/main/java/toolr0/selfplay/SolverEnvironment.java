package toolr0.selfplay;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.curriculum.CuratedTask;
import toolr0.curriculum.Difficulty;
import toolr0.grpo.CompletionScore;
import toolr0.grpo.Environment;
import toolr0.grpo.GrpoConfig;
import toolr0.grpo.Outcome;
import toolr0.grpo.Refill;
import toolr0.grpo.StepScores;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.SolverReward;
import toolr0.reward.SolverRewardConfig;
import toolr0.reward.SolverScore;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Solver's training: the tasks of the dataset in their order, easy to hard. With fewer prompts
 * than tasks the prompts are spread evenly over the order, so that training reaches its hard end;
 * with more, the order starts again. Where the configuration asks for it, every epoch has an order
 * of its own instead.
 */
public final class SolverEnvironment implements Environment {
  private static final List<String> REWARDS = List.of("format", "accuracy", "exact");

  private final List<CuratedTask> tasks;
  private final PromptBuilder prompts;
  private final ChatRenderer renderer;
  private final SolverRewardConfig weights;
  private final SolverReward reward;
  private final GrpoConfig config;
  private final Seed seed;

  /**
   * The environment over a dataset.
   *
   * @param tasks at least one, easiest first
   * @param seed of the order where the configuration asks for one of its own
   */
  public SolverEnvironment(
      List<CuratedTask> tasks,
      PromptBuilder prompts,
      ChatRenderer renderer,
      SolverRewardConfig weights,
      GrpoConfig config,
      Seed seed) {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("a Solver needs at least one task");
    }
    this.tasks = List.copyOf(tasks);
    this.prompts = prompts;
    this.renderer = renderer;
    this.weights = weights;
    this.reward = new SolverReward(weights);
    this.config = config;
    this.seed = seed;
  }

  @Override
  public List<String> rewardNames() {
    return REWARDS;
  }

  @Override
  public List<Double> rewardWeights() {
    return List.of(weights.formatWeight(), weights.accuracyWeight(), weights.exactWeight());
  }

  @Override
  public double maximumReward() {
    return weights.formatWeight() + weights.accuracyWeight() + weights.exactWeight();
  }

  @Override
  public OptionalInt promptsPerEpoch() {
    return OptionalInt.of(tasks.size());
  }

  @Override
  public List<Prompt> prompts(int step) {
    return prompts(tasks(step), "/");
  }

  @Override
  public List<Prompt> prompts(Refill refill) {
    return prompts(tasks(refill), "/refill-" + refill.round() + "/");
  }

  private List<Prompt> prompts(List<CuratedTask> asked, String mark) {
    List<Prompt> result = new ArrayList<>();
    for (int p = 0; p < asked.size(); p++) {
      CuratedTask task = asked.get(p);
      List<Message> messages = prompts.solver(task.task().question(), task.task().tools());
      String id = "task-" + task.index() + mark + p;
      result.add(new Prompt(id, messages, renderer.render(messages, true)));
    }
    return result;
  }

  private List<CuratedTask> tasks(int step) {
    return IntStream.range(0, config.promptsPerStep()).mapToObj(p -> task(step, p)).toList();
  }

  /**
   * For every place the task that the same order holds the round's number of steps further on,
   * beginning again at its end: none that the step has already, as long as the order is that long.
   */
  private List<CuratedTask> tasks(Refill refill) {
    return refill.places().stream()
        .map(p -> tasks.get(index(refill.step(), p, refill.round())))
        .toList();
  }

  /** The task of a step's prompt. */
  CuratedTask task(int step, int prompt) {
    return tasks.get(index(step, prompt, 0));
  }

  /** The order of one epoch. */
  private List<Integer> shuffled(long epoch) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, tasks.size()).boxed().toList());
    SplittableRandom random = seed.derive("shuffle").derive(epoch).random();
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1));
    }
    return order;
  }

  private int index(int step, int prompt, int stepsOn) {
    long own = (long) step * config.promptsPerStep() + prompt;
    long position = own + (long) stepsOn * config.promptsPerStep();
    if (config.shuffleDataset()) {
      return shuffled(own / tasks.size()).get((int) (position % tasks.size()));
    }
    long all = (long) config.maxSteps() * config.promptsPerStep();
    long index = all < tasks.size() ? position % all * tasks.size() / all : position % tasks.size();
    return (int) index;
  }

  @Override
  public StepScores score(int step, List<Group> groups) {
    return score(tasks(step), groups);
  }

  @Override
  public StepScores score(Refill refill, List<Group> groups) {
    return score(tasks(refill), groups);
  }

  private StepScores score(List<CuratedTask> given, List<Group> groups) {
    List<List<CompletionScore>> scoresPG = new ArrayList<>();
    List<SolverScore> all = new ArrayList<>();
    Map<Difficulty, Integer> right = new EnumMap<>(Difficulty.class);
    Map<Difficulty, Integer> asked = new EnumMap<>(Difficulty.class);
    int parsed = 0;
    int refused = 0;
    for (int p = 0; p < groups.size(); p++) {
      CuratedTask task = given.get(p);
      List<CompletionScore> scoresG = new ArrayList<>();
      for (Completion completion : groups.get(p).completionsG()) {
        SolverScore score = reward.score(completion.text(), task.task());
        all.add(score);
        scoresG.add(new CompletionScore(outcome(score), columns(task, score)));
        right.merge(task.difficulty(), score.exactMatch() ? 1 : 0, Integer::sum);
        asked.merge(task.difficulty(), 1, Integer::sum);
        if (CallParser.parseCompletion(completion.text()) instanceof ParsedCalls.Calls calls) {
          parsed++;
          refused += calls.calls().isEmpty() ? 1 : 0;
        }
      }
      scoresPG.add(scoresG);
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    double count = Math.max(1, all.size());
    metrics.put("success_rate", all.stream().filter(SolverScore::exactMatch).count() / count);
    metrics.put("solver/exact_match", all.stream().filter(SolverScore::exactMatch).count() / count);
    metrics.put(
        "solver/name_score", all.stream().mapToDouble(s -> s.calls().nameScore()).sum() / count);
    metrics.put(
        "solver/key_score", all.stream().mapToDouble(s -> s.calls().keyScore()).sum() / count);
    metrics.put(
        "solver/value_score", all.stream().mapToDouble(s -> s.calls().valueScore()).sum() / count);
    metrics.put(
        "solver/extra_calls", all.stream().mapToDouble(s -> s.calls().extraCalls()).sum() / count);
    metrics.put("solver/parse_rate", parsed / count);
    metrics.put("solver/no_call_rate", refused / count);
    asked.forEach(
        (difficulty, n) ->
            metrics.put(
                "solver/exact_match/" + difficulty.wireName(),
                (double) right.getOrDefault(difficulty, 0) / n));
    CuratedTask first = given.getFirst();
    return new StepScores(
        scoresPG,
        metrics,
        Optional.of(
            new StepScores.Example(
                0, 0, first.task().question(), CallWriter.write(first.task().gold()))));
  }

  private static Outcome outcome(SolverScore score) {
    return new Outcome.Scored(
        List.of(score.format(), score.accuracy(), score.exactMatch() ? 1.0 : 0.0));
  }

  private static ObjectNode columns(CuratedTask task, SolverScore score) {
    ObjectNode columns = Json.object();
    columns.put("task", task.index());
    columns.put("difficulty", task.difficulty().wireName());
    columns.put("question", task.task().question());
    columns.put("gold", CallWriter.write(task.task().gold()));
    columns.put("exact_match", score.exactMatch());
    columns.put("name_score", score.calls().nameScore());
    columns.put("key_score", score.calls().keyScore());
    columns.put("value_score", score.calls().valueScore());
    columns.put("extra_calls", score.calls().extraCalls());
    return columns;
  }
}
