package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.reward.AnswerTally;
import toolr0.reward.DifficultyProbe;
import toolr0.reward.ProbeOutcome;
import toolr0.task.Task;

/** Asks a frozen Solver K times for each task, all tasks in one batch. */
public final class SolverProbe implements DifficultyProbe {
  private final FrozenPolicy solver;
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
      FrozenPolicy solver,
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
    List<SampleRequest> requests = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      List<Message> messages = prompts.solver(tasks.get(i).question(), tasks.get(i).tools());
      int[] ids = solver.renderer().render(messages, true);
      if (ids.length < solver.contextLength()) {
        Prompt prompt = new Prompt("probe-" + i, messages, ids);
        requests.add(new SampleRequest(prompt, samples, seed.derive(i)));
        asked.add(i);
      }
    }
    List<ProbeOutcome> outcomes =
        new ArrayList<>(
            IntStream.range(0, tasks.size())
                .<ProbeOutcome>mapToObj(
                    i -> new ProbeOutcome.NotApplicable("the prompt does not fit the context"))
                .toList());
    List<Group> groups = requests.isEmpty() ? List.of() : solver.sample(requests, params);
    for (int r = 0; r < groups.size(); r++) {
      Task task = tasks.get(asked.get(r));
      List<String> answers = groups.get(r).completionsG().stream().map(Completion::text).toList();
      AnswerTally tally = agreement.tally(answers, task.gold(), task.tools());
      outcomes.set(asked.get(r), new ProbeOutcome.Scored(tally.successes(), samples));
    }
    return outcomes;
  }
}
