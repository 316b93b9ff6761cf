package toolr0.run;

import java.util.List;

/**
 * What a run will do, in figures known before it starts.
 *
 * @param preset name of the set of values that the configuration starts from
 * @param ownKeys configuration keys whose values are not the preset's
 * @param stages in order
 * @param parameters number of weights of the base model
 * @param checkpointBytes bytes of one checkpoint (weights and optimizer state)
 * @param diskBytes bytes of all that stays in the run directory at its largest
 * @param memoryBytes resident memory expected at its largest
 * @param deviceMemoryBytes memory of the device that the models lie on, expected at its largest; 0
 *     where that is the machine's
 * @param seconds estimated time of the whole run
 */
public record Plan(
    String preset,
    List<String> ownKeys,
    List<StagePlan> stages,
    long parameters,
    long checkpointBytes,
    long diskBytes,
    long memoryBytes,
    long deviceMemoryBytes,
    double seconds) {
  public Plan {
    ownKeys = List.copyOf(ownKeys);
    stages = List.copyOf(stages);
  }

  /** Most tokens that the run samples. */
  public long sampledTokens() {
    return stages.stream().mapToLong(StagePlan::sampledTokens).sum();
  }

  /**
   * One stage of the plan.
   *
   * @param steps optimizer steps, chunks or batches
   * @param promptsPerStep prompts in one step
   * @param completionsPerPrompt completions of each
   * @param sampledTokens most tokens sampled, those of probes, judges and verification included
   * @param trainedTokens most tokens that pass forward and backward
   * @param seconds estimated time
   */
  public record StagePlan(
      StageId id,
      int steps,
      int promptsPerStep,
      int completionsPerPrompt,
      long sampledTokens,
      long trainedTokens,
      double seconds) {}
}
