package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import toolr0.chat.ChatRenderer;
import toolr0.eval.BenchmarkTask;
import toolr0.prompt.PromptBuilder;
import toolr0.testsupport.ToyTasks;

class ContextFitTest {
  private static final SelfPlayConfig CONFIG = ToyRun.config();

  private static PromptLengths lengths(int generator, int solver) {
    return new PromptLengths(
        new PromptLengths.Lengths(1, generator), new PromptLengths.Lengths(1, solver));
  }

  @Test
  void whatFitsExactlyIsNoProblem() {
    assertThat(ContextFit.problems(CONFIG, lengths(100, 100), 500)).isEmpty();
  }

  @Test
  void everyKeyThatDoesNotFitIsNamedWithItsLargestValue() {
    assertThat(ContextFit.problems(CONFIG, lengths(101, 100), 500))
        .containsExactly(
            "generator.max_completion_length is 400, but it must be at most 399: the model's context"
                + " holds 500 tokens and a prompt takes up to 101 of them",
            "dataset.max_completion_length is 400, but it must be at most 399: the model's context"
                + " holds 500 tokens and a prompt takes up to 101 of them");
    assertThat(ContextFit.problems(CONFIG, lengths(1, 401), 500))
        .allSatisfy(line -> assertThat(line).contains("must be at most 99"))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly(
            "probe.max_completion_length",
            "dataset.max_verify_length",
            "solver.max_completion_length",
            "evaluation.max_completion_length");
  }

  @Test
  void aPromptThatFillsTheContextLeavesNoRoomForAnyLength() {
    assertThat(ContextFit.problems(CONFIG, lengths(1, 500), 500))
        .hasSize(5)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "a prompt takes up to 500 tokens, but the model's context holds 500"));
  }

  @Test
  void lengthsAreThoseOfThePromptsThatWillBeAsked() {
    ChatRenderer characters =
        (messages, addGenerationPrompt) ->
            new int[messages.stream().mapToInt(m -> m.content().length()).sum()];
    PromptLengths lengths = PromptLengths.of(CONFIG, ToyTasks.benchmark(12), characters);
    PromptBuilder prompts = PromptBuilder.of(CONFIG.prompts());
    int longest = 0;
    for (BenchmarkTask task : ToyTasks.benchmark(12).tasks()) {
      longest =
          Math.max(
              longest,
              prompts.solver(task.task().question(), task.task().tools()).stream()
                  .mapToInt(m -> m.content().length())
                  .sum());
    }
    assertThat(lengths.solver().longest()).isEqualTo(longest);
    assertThat(lengths.solver().mean()).isBetween(1.0, (double) longest);
    assertThat(lengths.generator().longest()).isPositive();
  }
}
