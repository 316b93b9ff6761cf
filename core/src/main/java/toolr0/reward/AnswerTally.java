package toolr0.reward;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.tool.CallWriter;

/**
 * Several answers of a Solver to one task.
 *
 * @param successes answers that match gold
 * @param samples answers given
 * @param consistency the share of the most frequent answer that holds calls among all answers, by
 *     canonical JSON (method section 4.5)
 * @param commonestFailure the most frequent verdict other than a match, of equally frequent ones
 *     that which came first; empty when all match
 */
public record AnswerTally(
    int successes, int samples, double consistency, Optional<AnswerVerdict> commonestFailure) {

  static AnswerTally of(List<SolverAnswer> answers) {
    Map<String, Integer> alike = new HashMap<>();
    Map<AnswerVerdict, Integer> failures = new EnumMap<>(AnswerVerdict.class);
    int successes = 0;
    int most = 0;
    for (SolverAnswer answer : answers) {
      if (!answer.calls().isEmpty()) {
        most =
            Math.max(
                most,
                alike.merge(Json.canonical(CallWriter.toJson(answer.calls())), 1, Integer::sum));
      }
      if (answer.matches()) {
        successes++;
      } else {
        failures.merge(answer.verdict(), 1, Integer::sum);
      }
    }
    int worst = failures.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return new AnswerTally(
        successes,
        answers.size(),
        answers.isEmpty() ? 0 : (double) most / answers.size(),
        answers.stream()
            .map(SolverAnswer::verdict)
            .filter(verdict -> failures.getOrDefault(verdict, 0) == worst && worst > 0)
            .findFirst());
  }

  /** The share of answers that match gold; 0 when there are none. */
  public double rate() {
    return samples == 0 ? 0 : (double) successes / samples;
  }
}
