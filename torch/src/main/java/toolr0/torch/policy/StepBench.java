package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import toolr0.base.Check;
import toolr0.base.Seed;
import toolr0.policy.Group;
import toolr0.policy.Learner;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.LossSpec.LossType;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.policy.TrainingGroup;
import toolr0.torch.model.Compute;

/**
 * One GRPO step of a checkpoint from start to end, as a run makes it: what it takes and how long.
 *
 * @param group completions of the one prompt, at least 1
 * @param promptTokens random tokens of the prompt, at least 1
 * @param completionTokens most tokens of a completion, at least 1
 */
public record StepBench(int group, int promptTokens, int completionTokens) {

  public StepBench {
    Check.atLeast("group", group, 1);
    Check.atLeast("prompt-tokens", promptTokens, 1);
    Check.atLeast("completion-tokens", completionTokens, 1);
  }

  /**
   * A part of the step.
   *
   * @param what for example "sample 4 x 256"
   * @param seconds that it took
   * @param tokens that it made or read
   */
  public record Phase(String what, double seconds, long tokens) {}

  /**
   * Bytes of memory that the step is expected to take at most, where the model lies: of the
   * machine's resident memory, or of a device's.
   *
   * @param machine bytes of all memory there
   */
  public long expectedBytes(Path folder, Compute compute, LearnerSpec spec, long machine) {
    MemoryEstimate estimate = MemoryEstimate.of(folder, compute);
    long rows = promptTokens + (long) group * completionTokens;
    long resident = estimate.program() + estimate.learner(spec);
    MemoryEstimate.Sampling sampling =
        new MemoryEstimate.Sampling(promptTokens, 1, group, completionTokens);
    return resident
        + Math.max(
            estimate.passes(spec, rows),
            estimate.sampling(sampling, Math.max(0, machine - resident)));
  }

  /**
   * Opens a checkpoint, gives one token, samples the group and makes a step of it.
   *
   * @param listener hears every part when it is done
   */
  public void run(Path folder, Compute compute, LearnerSpec spec, Consumer<Phase> listener) {
    long start = System.nanoTime();
    TorchPolicyStore store = new TorchPolicyStore(compute, List.of());
    try (Learner learner = store.learn(folder, "bench", spec, false, Optional.empty())) {
      listener.accept(new Phase("open", since(start), 0));
      start = System.nanoTime();
      sample(learner, 1, 16, 1);
      listener.accept(new Phase("first token after 16", since(start), 1));
      start = System.nanoTime();
      Group sampled = sample(learner, group, promptTokens, completionTokens);
      long tokens = sampled.completionsG().stream().mapToLong(c -> c.tokenIdsT().length).sum();
      listener.accept(
          new Phase("sample %d x %d".formatted(group, completionTokens), since(start), tokens));
      double[] advantages = new double[group];
      for (int g = 0; g < group; g++) {
        advantages[g] = g % 2 == 0 ? 1 : -1;
      }
      LossSpec loss = new LossSpec(LossType.GRPO, 0.2, 0.2, 0, false, completionTokens, 1, 1);
      start = System.nanoTime();
      LearnerMetrics metrics =
          learner.step(List.of(new TrainingGroup(sampled, advantages)), loss, 1, 1e-6);
      listener.accept(
          new Phase(
              "train %d + %d".formatted(promptTokens, tokens), since(start), metrics.numTokens()));
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static Group sample(Learner learner, int count, int prompt, int completion) {
    int[] ids = new SplittableRandom(1).ints(prompt, 0, 250).toArray();
    SampleRequest request =
        new SampleRequest(new Prompt("bench", List.of(), ids), count, new Seed(1));
    return learner.sampler().sample(List.of(request), SamplingParams.at(1, completion)).getFirst();
  }
}
