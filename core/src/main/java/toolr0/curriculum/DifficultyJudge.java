package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.task.Task;

/**
 * Asks a frozen policy for the difficulty of tasks in one word, all tasks in one batch (method
 * section 5.3). A task that does not fit the context gets the default.
 */
final class DifficultyJudge {
  private static final SamplingParams PARAMS = new SamplingParams(10, 0, 1, 0, List.of("\n"));

  private final FrozenPolicy policy;
  private final PromptBuilder prompts;

  DifficultyJudge(FrozenPolicy policy, PromptBuilder prompts) {
    this.policy = policy;
    this.prompts = prompts;
  }

  /** The difficulty of each task, in the tasks' order. */
  List<DifficultyReply> judge(List<Task> tasks, Seed seed) {
    List<DifficultyReply> replies = new ArrayList<>();
    List<SampleRequest> requests = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      replies.add(DifficultyReply.read(""));
      List<Message> messages = prompts.difficulty(tasks.get(i));
      int[] ids = policy.renderer().render(messages, true);
      if (ids.length < policy.contextLength()) {
        requests.add(
            new SampleRequest(new Prompt("difficulty-" + i, messages, ids), 1, seed.derive(i)));
        asked.add(i);
      }
    }
    List<Group> groups = requests.isEmpty() ? List.of() : policy.sample(requests, PARAMS);
    for (int r = 0; r < groups.size(); r++) {
      replies.set(
          asked.get(r), DifficultyReply.read(groups.get(r).completionsG().getFirst().text()));
    }
    return replies;
  }
}
