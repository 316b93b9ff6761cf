package toolr0.curriculum;

/** Where a task's difficulty comes from (method section 9.1, number 8). */
public enum DifficultySource {
  /** The share of right answers of the Solver. */
  PASS_AT_K,
  /** One word of a judge, the Solver's own model, as published (method section 5.3). */
  JUDGE
}
