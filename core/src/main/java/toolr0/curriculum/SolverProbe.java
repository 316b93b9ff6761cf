package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.reward.AnswerTally;
import toolr0.reward.DifficultyProbe;
import toolr0.reward.ProbeOutcome;
import toolr0.task.Task;

/** Asks a Solver K times for each task, all tasks in one batch. */
public final class SolverProbe implements DifficultyProbe {
  private final ChatSampler solver;
  private final PromptBuilder prompts;
  private final Agreement agreement;
  private final int samples;
  private final SamplingParams params;

  /**
   * A probe.
   *
   * @param agreement when an answer counts as right
   * @param samples K, at least 1
   */
  public SolverProbe(
      ChatSampler solver,
      PromptBuilder prompts,
      Agreement agreement,
      int samples,
      SamplingParams params) {
    this.solver = solver;
    this.prompts = prompts;
    this.agreement = agreement;
    this.samples = samples;
    this.params = params;
  }

  @Override
  public List<ProbeOutcome> probe(List<Task> tasks, Seed seed) {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Chat chat =
          new Chat("probe-" + i, prompts.solver(tasks.get(i).question(), tasks.get(i).tools()));
      questions.add(new Question(chat, samples, seed.derive(i)));
    }
    List<Answers> answers = questions.isEmpty() ? List.of() : solver.ask(questions, params);
    List<ProbeOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      outcomes.add(outcome(tasks.get(i), answers.get(i)));
    }
    return outcomes;
  }

  private ProbeOutcome outcome(Task task, Answers answers) {
    return switch (answers) {
      case Answers.Given(List<Answer> answersG) -> {
        List<String> texts = answersG.stream().map(Answer::text).toList();
        AnswerTally tally = agreement.tally(texts, task.gold(), task.tools());
        yield new ProbeOutcome.Scored(tally.successes(), samples);
      }
      case Answers.TooLong(String reason) -> new ProbeOutcome.NotApplicable(reason);
      case Answers.Failed(String cause) -> new ProbeOutcome.Failed(cause);
    };
  }
}
