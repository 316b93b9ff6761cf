package toolr0.grpo;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an environment says about a step.
 *
 * @param scoresPG one score per completion, in the groups' order
 * @param metrics the environment's own metrics, by name
 * @param example one completion worth showing to people
 */
public record StepScores(
    List<List<CompletionScore>> scoresPG,
    SortedMap<String, Double> metrics,
    Optional<Example> example) {
  public StepScores {
    scoresPG = scoresPG.stream().map(List::copyOf).toList();
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /**
   * One completion of the step, for people.
   *
   * @param group index of its group
   * @param member index inside the group
   * @param prompt what was asked, without the system text
   * @param expected the gold answer, empty when there is none
   */
  public record Example(int group, int member, String prompt, String expected) {}
}
