package toolr0.selfplay;

import java.util.List;
import java.util.stream.IntStream;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.eval.Benchmark;
import toolr0.prompt.PromptBuilder;
import toolr0.task.ControlSpecSampler;

/**
 * How many tokens a model reads before it answers: the Generator's prompts over drawn control
 * specs, the Solver's over the benchmark's tasks.
 */
public record PromptLengths(Lengths generator, Lengths solver) {
  private static final int SPECS = 200;
  private static final Seed DRAWS = new Seed(0);

  /** Lengths of prompts in tokens. */
  public record Lengths(double mean, int longest) {
    private static Lengths of(IntStream lengths) {
      var summary = lengths.summaryStatistics();
      return new Lengths(summary.getAverage(), summary.getMax());
    }
  }

  /** The lengths under a configuration, as a model's tokenizer and chat format count them. */
  public static PromptLengths of(
      SelfPlayConfig config, Benchmark benchmark, ChatRenderer renderer) {
    PromptBuilder prompts = PromptBuilder.of(config.prompts());
    ControlSpecSampler specs = new ControlSpecSampler(config.control());
    return new PromptLengths(
        Lengths.of(
            IntStream.range(0, SPECS)
                .mapToObj(i -> prompts.generator(specs.sample(DRAWS.derive(i))))
                .mapToInt(chat -> length(renderer, chat))),
        Lengths.of(
            benchmark.tasks().stream()
                .map(task -> prompts.solver(task.task().question(), task.task().tools()))
                .mapToInt(chat -> length(renderer, chat))));
  }

  private static int length(ChatRenderer renderer, List<Message> chat) {
    return renderer.render(chat, true).length;
  }
}
