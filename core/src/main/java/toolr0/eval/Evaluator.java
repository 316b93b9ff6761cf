package toolr0.eval;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import toolr0.chat.Chat;
import toolr0.chat.ChatModel;
import toolr0.chat.Message;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;
import toolr0.prompt.PromptBuilder;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

/** Asks a model every task of a benchmark, greedily, and compares its calls with gold. */
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
     * @param asked tasks answered so far
     */
    void batchDone(int batch, int correct, int asked);
  }

  /** Number of batches that a benchmark takes. */
  public int batches(Benchmark benchmark) {
    return (benchmark.tasks().size() + config.batchSize() - 1) / config.batchSize();
  }

  /** The figures of a model of which no reply is kept. */
  public Optional<EvaluationReport> evaluate(
      ChatModel model,
      String name,
      Benchmark benchmark,
      Progress progress,
      BooleanSupplier stopRequested) {
    return evaluate(model, name, benchmark, ReplyStore.none(), progress, stopRequested);
  }

  /**
   * The figures of a model, empty when it was asked to stop. Tasks that fail are counted apart.
   *
   * @param name which model, for people
   * @param replies those that the model gave before; further ones are kept batch by batch
   * @param stopRequested asked before each batch
   * @throws ModelUnavailableException when not one task was answered
   */
  public Optional<EvaluationReport> evaluate(
      ChatModel model,
      String name,
      Benchmark benchmark,
      ReplyStore replies,
      Progress progress,
      BooleanSupplier stopRequested) {
    List<Verdict> verdicts = new ArrayList<>();
    List<FailedTask> failed = new ArrayList<>();
    List<BenchmarkTask> tasks = benchmark.tasks();
    for (int from = 0; from < tasks.size(); from += config.batchSize()) {
      if (stopRequested.getAsBoolean()) {
        return Optional.empty();
      }
      int to = Math.min(tasks.size(), from + config.batchSize());
      List<BenchmarkTask> batch = tasks.subList(from, to);
      List<Chat> chats = batch.stream().map(this::chat).toList();
      judge(batch, chats, replies(model, benchmark.name(), chats, replies), verdicts, failed);
      int correct = (int) verdicts.stream().filter(Verdict::correct).count();
      progress.batchDone(from / config.batchSize() + 1, correct, verdicts.size());
    }
    if (verdicts.isEmpty()) {
      throw new ModelUnavailableException(
          "%s answered none of the %d tasks of %s: %s"
              .formatted(name, tasks.size(), benchmark.name(), failed.getFirst().reason()));
    }
    return Optional.of(
        new EvaluationReport(benchmark, name, config.confidence(), verdicts, failed));
  }

  /** The replies to a batch; only what is not kept is asked. */
  private List<Reply> replies(
      ChatModel model, String benchmark, List<Chat> chats, ReplyStore store) {
    List<Optional<Reply>> kept = chats.stream().map(chat -> store.find(benchmark, chat)).toList();
    List<Chat> open = new ArrayList<>();
    for (int i = 0; i < chats.size(); i++) {
      if (kept.get(i).isEmpty()) {
        open.add(chats.get(i));
      }
    }
    if (open.isEmpty()) {
      return kept.stream().flatMap(Optional::stream).toList();
    }
    List<Reply> given = model.answer(open, config.maxCompletionLength());
    store.keep(benchmark, open, given);
    Iterator<Reply> next = given.iterator();
    return kept.stream().map(reply -> reply.orElseGet(next::next)).toList();
  }

  private static void judge(
      List<BenchmarkTask> tasks,
      List<Chat> chats,
      List<Reply> replies,
      List<Verdict> verdicts,
      List<FailedTask> failed) {
    for (int i = 0; i < tasks.size(); i++) {
      BenchmarkTask task = tasks.get(i);
      List<Message> messages = chats.get(i).messages();
      switch (replies.get(i)) {
        case Reply.Answered(String text, OptionalInt tokens) ->
            verdicts.add(judge(task, messages, text, tokens));
        case Reply.TooLong(String reason) -> verdicts.add(tooLong(task, messages, reason));
        case Reply.Failed(String reason) -> failed.add(new FailedTask(task, messages, reason));
      }
    }
  }

  private Chat chat(BenchmarkTask task) {
    return new Chat(task.id(), prompts.solver(task.task().question(), task.task().tools()));
  }

  /** The verdict on an answer of known length. */
  static Verdict judge(BenchmarkTask task, List<Message> messages, String answer, int tokens) {
    return judge(task, messages, answer, OptionalInt.of(tokens));
  }

  /** The verdict on an answer as text. */
  static Verdict judge(
      BenchmarkTask task, List<Message> messages, String answer, OptionalInt tokens) {
    ParsedCalls calls = CallParser.parseCompletion(answer);
    boolean rightTools =
        calls instanceof ParsedCalls.Calls read
            && names(read.calls()).equals(names(task.task().gold()));
    Grades grades = task.grader().grade(calls);
    return new Verdict(task, messages, Optional.empty(), answer, tokens, calls, rightTools, grades);
  }

  /** The verdict on a task whose prompt does not fit the context: wrong by every rule. */
  static Verdict tooLong(BenchmarkTask task, List<Message> messages, String reason) {
    ParsedCalls none = new ParsedCalls.Unusable(false, "the prompt does not fit the context");
    Grades grades = task.grader().grade(none).notAsked(Grader.UNREADABLE);
    return new Verdict(
        task, messages, Optional.of(reason), "", OptionalInt.of(0), none, false, grades);
  }

  private static List<String> names(List<ToolCall> calls) {
    Stream<String> names = calls.stream().map(ToolCall::name);
    return names.sorted().toList();
  }
}
