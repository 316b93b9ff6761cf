package toolr0.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

/** Asks a Solver every task of a benchmark, greedily, and compares its calls with gold. */
public final class Evaluator {
  private final EvaluationConfig config;
  private final PromptBuilder prompts;

  public Evaluator(EvaluationConfig config, PromptBuilder prompts) {
    this.config = config;
    this.prompts = prompts;
  }

  /** Hears how far an evaluation is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A batch is done.
     *
     * @param batch from 1
     * @param correct tasks solved so far
     * @param asked tasks asked so far
     */
    void batchDone(int batch, int correct, int asked);
  }

  /** Number of batches that a benchmark takes. */
  public int batches(Benchmark benchmark) {
    return (benchmark.tasks().size() + config.batchSize() - 1) / config.batchSize();
  }

  /**
   * The figures of a policy, empty when it was asked to stop.
   *
   * @param model which checkpoint, for people
   * @param stopRequested asked before each batch
   */
  public Optional<EvaluationReport> evaluate(
      FrozenPolicy policy,
      String model,
      Benchmark benchmark,
      Progress progress,
      BooleanSupplier stopRequested) {
    List<Verdict> verdicts = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    List<BenchmarkTask> tasks = benchmark.tasks();
    for (int from = 0; from < tasks.size(); from += config.batchSize()) {
      if (stopRequested.getAsBoolean()) {
        return Optional.empty();
      }
      int to = Math.min(tasks.size(), from + config.batchSize());
      ask(policy, tasks.subList(from, to), verdicts, refusals);
      int correct = (int) verdicts.stream().filter(Verdict::correct).count();
      progress.batchDone(from / config.batchSize() + 1, correct, verdicts.size());
    }
    return Optional.of(
        EvaluationReport.of(benchmark.name(), model, verdicts, refusals, config.confidence()));
  }

  private void ask(
      FrozenPolicy policy,
      List<BenchmarkTask> tasks,
      List<Verdict> verdicts,
      List<String> refusals) {
    List<SampleRequest> requests = new ArrayList<>();
    for (BenchmarkTask task : tasks) {
      List<Message> messages = prompts.solver(task.task().question(), task.task().tools());
      Prompt prompt = new Prompt(task.id(), messages, policy.renderer().render(messages, true));
      if (prompt.tokenIds().length < policy.contextLength()) {
        requests.add(new SampleRequest(prompt, 1, new Seed(0)));
      }
    }
    List<Group> groups =
        requests.isEmpty()
            ? List.of()
            : policy.sample(requests, SamplingParams.greedy(config.maxCompletionLength()));
    int next = 0;
    for (BenchmarkTask task : tasks) {
      if (next < groups.size() && groups.get(next).prompt().id().equals(task.id())) {
        verdicts.add(judge(task, groups.get(next).completionsG().getFirst(), refusals));
        next++;
      } else {
        boolean noTool = task.task().gold().isEmpty();
        verdicts.add(
            new Verdict(task.id(), task.category(), noTool, false, false, false, 0, false, ""));
      }
    }
  }

  private static Verdict judge(BenchmarkTask task, Completion completion, List<String> refusals) {
    List<ToolCall> gold = task.task().gold();
    boolean parsed = false;
    boolean rightTools = false;
    boolean correct = false;
    if (CallParser.parseCompletion(completion.text())
        instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored)) {
      parsed = true;
      rightTools = names(calls).equals(names(gold));
      correct = ignored == 0 && CallMatcher.strict(calls, gold, task.task().tools());
      if (calls.isEmpty()) {
        refusals.add(task.id());
      }
    }
    return new Verdict(
        task.id(),
        task.category(),
        gold.isEmpty(),
        parsed,
        rightTools,
        correct,
        completion.tokenIdsT().length,
        true,
        completion.text());
  }

  private static List<String> names(List<ToolCall> calls) {
    Stream<String> names = calls.stream().map(ToolCall::name);
    return names.sorted().toList();
  }
}
