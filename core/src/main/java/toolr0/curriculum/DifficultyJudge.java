package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.ProbeOutcome;
import toolr0.task.Task;

/**
 * Asks a model for the difficulty of tasks in one word, all tasks in one batch (method section
 * 5.3). A task that does not fit the context gets the default.
 */
final class DifficultyJudge {
  private static final SamplingParams PARAMS = new SamplingParams(10, 0, 1, 0, List.of("\n"));

  private final ChatSampler model;
  private final PromptBuilder prompts;

  DifficultyJudge(ChatSampler model, PromptBuilder prompts) {
    this.model = model;
    this.prompts = prompts;
  }

  /**
   * The verifications with the judge's word on each; where the judge could not be asked, a
   * verification has failed.
   *
   * @param tasks what the verifications are of, in their order
   */
  List<Verification> judge(List<Task> tasks, List<Verification> verified, Seed seed) {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Chat chat = new Chat("difficulty-" + i, prompts.difficulty(tasks.get(i)));
      questions.add(new Question(chat, 1, seed.derive(i)));
    }
    List<Answers> answers = questions.isEmpty() ? List.of() : model.ask(questions, PARAMS);
    List<Verification> judged = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      judged.add(judged(verified.get(i), answers.get(i)));
    }
    return judged;
  }

  private static Verification judged(Verification verified, Answers answers) {
    return switch (answers) {
      case Answers.Given given ->
          withReply(verified, DifficultyReply.read(given.answersG().getFirst().text()));
      case Answers.TooLong _ -> withReply(verified, DifficultyReply.read(""));
      case Answers.Failed(String cause) ->
          new Verification(
              verified.index(),
              new ProbeOutcome.Failed("judge of difficulty: " + cause),
              Optional.empty());
    };
  }

  private static Verification withReply(Verification verified, DifficultyReply reply) {
    return new Verification(verified.index(), verified.outcome(), Optional.of(reply));
  }
}
