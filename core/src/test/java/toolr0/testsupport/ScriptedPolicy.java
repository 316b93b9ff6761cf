package toolr0.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.PolicyVersion;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;

/** A policy whose completions are given: member i of a group is the i-th text. */
public final class ScriptedPolicy implements FrozenPolicy {
  private final IntFunction<String> texts;

  public ScriptedPolicy(IntFunction<String> texts) {
    this.texts = texts;
  }

  @Override
  public List<Group> sample(List<SampleRequest> requests, SamplingParams params) {
    List<Group> groups = new ArrayList<>();
    for (SampleRequest request : requests) {
      List<Completion> completions = new ArrayList<>();
      for (int g = 0; g < request.numGenerations(); g++) {
        completions.add(
            new Completion(
                new int[0],
                new float[0],
                texts.apply(g),
                StopReason.END_OF_TURN,
                new PolicyVersion("scripted", 0)));
      }
      groups.add(new Group(request.prompt(), completions));
    }
    return groups;
  }

  @Override
  public List<float[]> logProbsGT(Group group, double temperature) {
    return group.completionsG().stream().map(Completion::logProbsT).toList();
  }

  @Override
  public ChatRenderer renderer() {
    return new ChatRenderer() {
      @Override
      public int[] render(List<Message> messages, boolean addGenerationPrompt) {
        return new int[messages.size()];
      }
    };
  }

  @Override
  public int contextLength() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {}
}
