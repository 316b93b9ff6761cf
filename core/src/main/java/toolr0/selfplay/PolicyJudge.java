package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Judge;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.JudgeReply;
import toolr0.task.Task;

/**
 * A judge that is a frozen policy; all tasks are asked about in one batch, and those with an
 * unreadable reply again.
 */
final class PolicyJudge implements Judge {
  private final FrozenPolicy policy;
  private final PromptBuilder prompts;
  private final JudgeConfig config;

  PolicyJudge(FrozenPolicy policy, PromptBuilder prompts, JudgeConfig config) {
    this.policy = policy;
    this.prompts = prompts;
    this.config = config;
  }

  @Override
  public List<JudgeOutcome> judge(List<Task> tasks, Seed seed) {
    List<JudgeOutcome> outcomes =
        new ArrayList<>(
            IntStream.range(0, tasks.size())
                .<JudgeOutcome>mapToObj(
                    i -> new JudgeOutcome.NotApplicable("the prompt does not fit the context"))
                .toList());
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      if (prompt(i, tasks.get(i), config.reminder()).tokenIds().length < policy.contextLength()) {
        open.add(i);
      }
    }
    SamplingParams params = SamplingParams.at(config.temperature(), config.maxCompletionLength());
    for (int attempt = 0; attempt < config.attempts() && !open.isEmpty(); attempt++) {
      List<SampleRequest> requests = new ArrayList<>();
      for (int i : open) {
        requests.add(
            new SampleRequest(
                prompt(i, tasks.get(i), config.reminder() && attempt > 0),
                1,
                seed.derive(i).derive("attempt").derive(attempt)));
      }
      List<Group> groups = policy.sample(requests, params);
      List<Integer> unreadable = new ArrayList<>();
      for (int r = 0; r < groups.size(); r++) {
        int i = open.get(r);
        String reply = groups.get(r).completionsG().getFirst().text();
        OptionalInt score = JudgeReply.read(reply, config.reading());
        if (score.isPresent()) {
          outcomes.set(i, new JudgeOutcome.Scored(score.getAsInt()));
        } else {
          unreadable.add(i);
          outcomes.set(i, JudgeReply.outcome(List.of(reply), config.reading(), config.onFailure()));
        }
      }
      open = unreadable;
    }
    return outcomes;
  }

  private Prompt prompt(int index, Task task, boolean reminder) {
    List<Message> messages = reminder ? prompts.judgeAgain(task) : prompts.judge(task);
    return new Prompt("judge-" + index, messages, policy.renderer().render(messages, true));
  }
}
