package toolr0.selfplay;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Judge;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.JudgeReply;
import toolr0.task.Task;

/**
 * A judge that is a model; all tasks are asked about in one batch, and those with an unreadable
 * reply again.
 */
final class ModelJudge implements Judge {
  private final ChatSampler model;
  private final PromptBuilder prompts;
  private final JudgeConfig config;

  ModelJudge(ChatSampler model, PromptBuilder prompts, JudgeConfig config) {
    this.model = model;
    this.prompts = prompts;
    this.config = config;
  }

  @Override
  public List<JudgeOutcome> judge(List<Task> tasks, Seed seed) {
    List<JudgeOutcome> outcomes =
        new ArrayList<>(
            Collections.nCopies(tasks.size(), new JudgeOutcome.NotApplicable("not asked yet")));
    List<Integer> open = IntStream.range(0, tasks.size()).boxed().toList();
    SamplingParams params = SamplingParams.at(config.temperature(), config.maxCompletionLength());
    for (int attempt = 0; attempt < config.attempts() && !open.isEmpty(); attempt++) {
      List<Question> questions = new ArrayList<>();
      for (int i : open) {
        Seed attemptSeed = seed.derive(i).derive("attempt").derive(attempt);
        questions.add(
            new Question(chat(i, tasks.get(i), config.reminder() && attempt > 0), 1, attemptSeed));
      }
      List<Answers> answers = model.ask(questions, params);
      List<Integer> unreadable = new ArrayList<>();
      for (int q = 0; q < answers.size(); q++) {
        int i = open.get(q);
        outcomes.set(i, outcome(answers.get(q)));
        if (answers.get(q) instanceof Answers.Given given
            && JudgeReply.read(text(given), config.reading()).isEmpty()) {
          unreadable.add(i);
        }
      }
      open = unreadable;
    }
    return outcomes;
  }

  private JudgeOutcome outcome(Answers answers) {
    return switch (answers) {
      case Answers.Given given ->
          JudgeReply.outcome(List.of(text(given)), config.reading(), config.onFailure());
      case Answers.TooLong(String reason) -> new JudgeOutcome.NotApplicable(reason);
      case Answers.Failed(String cause) -> new JudgeOutcome.Failed(cause);
    };
  }

  private static String text(Answers.Given given) {
    return given.answersG().getFirst().text();
  }

  private Chat chat(int index, Task task, boolean reminder) {
    return new Chat("judge-" + index, reminder ? prompts.judgeAgain(task) : prompts.judge(task));
  }
}
