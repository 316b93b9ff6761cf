package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;

/** Whether a configuration's lengths fit a model's context. */
public final class ContextFit {
  private ContextFit() {}

  /**
   * What does not fit, one line for each key; empty when all does.
   *
   * @param contextLength most tokens of prompt and completion together
   */
  public static List<String> problems(
      SelfPlayConfig config, PromptLengths prompts, int contextLength) {
    Context context = new Context(contextLength, new ArrayList<>());
    int generator = prompts.generator().longest();
    int solver = prompts.solver().longest();
    context.require(
        "generator.max_completion_length", config.generator().maxCompletionLength(), generator);
    context.require("probe.max_completion_length", config.probe().maxCompletionLength(), solver);
    if (config.judge().enabled()) {
      context.require("judge.max_completion_length", config.judge().maxCompletionLength(), solver);
    }
    context.require(
        "dataset.max_completion_length", config.dataset().maxCompletionLength(), generator);
    context.require("dataset.max_verify_length", config.dataset().maxVerifyLength(), solver);
    context.require("solver.max_completion_length", config.solver().maxCompletionLength(), solver);
    context.require(
        "evaluation.max_completion_length", config.evaluation().maxCompletionLength(), solver);
    return List.copyOf(context.problems);
  }

  private record Context(int length, List<String> problems) {
    void require(String key, int most, int prompt) {
      if (prompt >= length) {
        problems.add(
            "%s: a prompt takes up to %d tokens, but the model's context holds %d; use shorter prompts (the key prompts) or a model with a longer context"
                .formatted(key, prompt, length));
      } else if (prompt + most > length) {
        problems.add(
            "%s is %d, but it must be at most %d: the model's context holds %d tokens and a prompt takes up to %d of them"
                .formatted(key, most, length - prompt, length, prompt));
      }
    }
  }
}
