package toolr0.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
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
    List<BenchmarkTask> tasks = benchmark.tasks();
    for (int from = 0; from < tasks.size(); from += config.batchSize()) {
      if (stopRequested.getAsBoolean()) {
        return Optional.empty();
      }
      int to = Math.min(tasks.size(), from + config.batchSize());
      ask(policy, tasks.subList(from, to), verdicts);
      int correct = (int) verdicts.stream().filter(Verdict::correct).count();
      progress.batchDone(from / config.batchSize() + 1, correct, verdicts.size());
    }
    return Optional.of(new EvaluationReport(benchmark, model, config.confidence(), verdicts));
  }

  private void ask(FrozenPolicy policy, List<BenchmarkTask> tasks, List<Verdict> verdicts) {
    List<Prompt> asked =
        tasks.stream()
            .map(
                task -> {
                  List<Message> messages =
                      prompts.solver(task.task().question(), task.task().tools());
                  int[] ids = policy.renderer().render(messages, true);
                  return new Prompt(task.id(), messages, ids);
                })
            .toList();
    List<SampleRequest> requests =
        asked.stream()
            .filter(prompt -> fits(prompt, policy))
            .map(prompt -> new SampleRequest(prompt, 1, new Seed(0)))
            .toList();
    Iterator<Group> groups =
        requests.isEmpty()
            ? Collections.emptyIterator()
            : policy
                .sample(requests, SamplingParams.greedy(config.maxCompletionLength()))
                .iterator();
    for (int i = 0; i < tasks.size(); i++) {
      boolean fits = fits(asked.get(i), policy);
      Optional<Completion> completion =
          fits ? Optional.of(groups.next().completionsG().getFirst()) : Optional.empty();
      verdicts.add(judge(tasks.get(i), asked.get(i).messages(), completion));
    }
  }

  private static boolean fits(Prompt prompt, FrozenPolicy policy) {
    return prompt.tokenIds().length < policy.contextLength();
  }

  private static Verdict judge(
      BenchmarkTask task, List<Message> messages, Optional<Completion> completion) {
    String text = completion.map(Completion::text).orElse("");
    int tokens = completion.map(c -> c.tokenIdsT().length).orElse(0);
    return judge(task, messages, completion.isPresent(), text, tokens);
  }

  /** The verdict on an answer as text. */
  static Verdict judge(
      BenchmarkTask task, List<Message> messages, boolean fits, String answer, int tokens) {
    ParsedCalls calls = CallParser.parseCompletion(answer);
    boolean rightTools =
        calls instanceof ParsedCalls.Calls read
            && names(read.calls()).equals(names(task.task().gold()));
    Grades grades = task.grader().grade(calls);
    if (!fits) {
      grades = grades.allWrong(Grader.UNREADABLE);
    }
    return new Verdict(task, messages, fits, answer, tokens, calls, rightTools, grades);
  }

  private static List<String> names(List<ToolCall> calls) {
    Stream<String> names = calls.stream().map(ToolCall::name);
    return names.sorted().toList();
  }
}
