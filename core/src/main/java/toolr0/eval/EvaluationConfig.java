package toolr0.eval;

import java.util.Optional;
import toolr0.base.Check;

/**
 * How a Solver is evaluated.
 *
 * @param benchmark the benchmark's name
 * @param limit most of its tasks that are asked, taken evenly from the whole; 0 asks all
 * @param maxCompletionLength most new tokens of an answer
 * @param batchSize tasks asked at once
 * @param confidence of the intervals, for example 0.95
 */
public record EvaluationConfig(
    String benchmark, int limit, int maxCompletionLength, int batchSize, double confidence) {
  public EvaluationConfig {
    Check.require(!benchmark.isBlank(), "benchmark", "\"\"", "must name a benchmark");
    Check.atLeast("limit", limit, 0);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
    Check.atLeast("batch_size", batchSize, 1);
    Check.require(confidence > 0 && confidence < 1, "confidence", confidence, "must be in (0, 1)");
  }

  /** The limit, empty when all tasks are asked. */
  public Optional<Integer> mostTasks() {
    return limit == 0 ? Optional.empty() : Optional.of(limit);
  }

  public static EvaluationConfig defaults() {
    return new EvaluationConfig("pocket", 0, 1024, 64, 0.95);
  }
}
