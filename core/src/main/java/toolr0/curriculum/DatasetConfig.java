package toolr0.curriculum;

import toolr0.base.Check;
import toolr0.reward.Agreement;
import toolr0.reward.ProbeOutcome;
import toolr0.task.Fingerprint;
import toolr0.task.Validation;

/**
 * How an iteration's dataset is made (method section 5).
 *
 * @param nGenerate Generator completions sampled
 * @param nFinal tasks selected at most
 * @param temperature at which the Generator writes
 * @param maxCompletionLength most new tokens of a written task
 * @param chunkSize completions per chunk; a run can be resumed after every chunk
 * @param kVerify Solver answers sampled per task, for agreement and difficulty alike
 * @param tempVerify temperature of those answers
 * @param maxVerifyLength most new tokens of such an answer
 * @param tauVerify least share of answers equal to the gold calls, inclusive
 * @param tauVerifyHigh largest such share, inclusive; 1 keeps tasks that the Solver always solves
 * @param easyFrom a task is easy when the share is at least this
 * @param hardBelow a task is hard when the share is below this; between the two it is medium
 * @param mixEasy wanted share of easy tasks
 * @param mixMedium wanted share of medium tasks
 * @param mixHard wanted share of hard tasks
 * @param maxSimilarity of two questions with a higher Jaccard similarity of character trigrams only
 *     one stays; 1 keeps both, as published (method section 9.3, number 30)
 * @param replayIterations earlier iterations whose chosen tasks the Solver answers again, to be
 *     chosen from beside the new ones; 0 is published (method section 9.3, number 35)
 * @param validation which completions become tasks; published is method section 5.1, whose
 *     weaknesses are section 9.2, number 24, and 9.3, numbers 31 to 34
 * @param dedupBy the fingerprint by which tasks count as equal
 * @param keepPerFingerprint equal tasks that stay, the best by quality
 * @param placeholderScreens whether questions that look like placeholders go again before the
 *     verification and before the selection, by a list of phrases for each, as published (method
 *     section 9.3, number 29)
 * @param verification when an answer counts as right; names is published (method section 9.1,
 *     number 5)
 * @param verifyTopP nucleus mass from which those answers are sampled; 1 switches it off
 * @param stopAtAnswer whether such an answer ends with its block, as published; otherwise it goes
 *     on to its end of turn
 * @param difficulty where a task's difficulty comes from; judge is published (method section 9.1,
 *     number 8)
 * @param confidence the confidence in a judged difficulty
 * @param selection how many tasks of each domain and difficulty are chosen; quotas is published
 * @param maxDomainShare largest share of n_final that one domain may have, even where others have
 *     too few tasks (method section 9.3, number 30); a domain that control.domains gives a larger
 *     share may have that; 1 sets no such cap
 * @param order the order of the tasks; by_domain is published (method section 9.1, number 9)
 */
public record DatasetConfig(
    int nGenerate,
    int nFinal,
    double temperature,
    int maxCompletionLength,
    int chunkSize,
    int kVerify,
    double tempVerify,
    int maxVerifyLength,
    double tauVerify,
    double tauVerifyHigh,
    double easyFrom,
    double hardBelow,
    double mixEasy,
    double mixMedium,
    double mixHard,
    double maxSimilarity,
    int replayIterations,
    Validation validation,
    Fingerprint.Part dedupBy,
    int keepPerFingerprint,
    boolean placeholderScreens,
    Agreement verification,
    double verifyTopP,
    boolean stopAtAnswer,
    DifficultySource difficulty,
    ConfidenceBlend confidence,
    SelectionRule selection,
    double maxDomainShare,
    TaskOrder order) {
  public DatasetConfig {
    Check.atLeast("n_generate", nGenerate, 1);
    Check.atLeast("n_final", nFinal, 1);
    Check.require(
        nFinal <= nGenerate, "n_final", nFinal, "must not exceed n_generate " + nGenerate);
    Check.positive("temperature", temperature);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
    Check.atLeast("chunk_size", chunkSize, 1);
    Check.atLeast("k_verify", kVerify, 1);
    Check.positive("temp_verify", tempVerify);
    Check.atLeast("max_verify_length", maxVerifyLength, 1);
    Check.within("tau_verify", tauVerify, 0, 1);
    Check.within("tau_verify_high", tauVerifyHigh, tauVerify, 1);
    Check.within("hard_below", hardBelow, 0, 1);
    Check.within("easy_from", easyFrom, hardBelow, 1);
    Check.notNegative("mix_easy", mixEasy);
    Check.notNegative("mix_medium", mixMedium);
    Check.notNegative("mix_hard", mixHard);
    Check.require(
        Math.abs(mixEasy + mixMedium + mixHard - 1) < 1e-9,
        "mix_easy + mix_medium + mix_hard",
        mixEasy + mixMedium + mixHard,
        "must be 1");
    Check.within("max_similarity", maxSimilarity, 0, 1);
    Check.notNegative("replay_iterations", replayIterations);
    Check.positive("max_domain_share", maxDomainShare);
    Check.within("max_domain_share", maxDomainShare, 0, 1);
    Check.atLeast("keep_per_fingerprint", keepPerFingerprint, 1);
    Check.positive("verify_top_p", verifyTopP);
    Check.within("verify_top_p", verifyTopP, 0, 1);
  }

  /**
   * The published settings, mended where method section 9 names a defect: verification samples at a
   * real temperature, compares whole calls and drops what all answers get right (numbers 5 to 7),
   * difficulty is the same pass@K (number 8), tasks come easiest first (number 9), the rules of the
   * Generator's check decide what is a task (numbers 12, 24 and 31 to 34), near-duplicates and what
   * one domain has beyond a quarter go (number 30), and earlier tasks come again (number 35).
   */
  public static DatasetConfig defaults() {
    return new DatasetConfig(
        10_000,
        2_000,
        0.7,
        4096,
        256,
        10,
        0.7,
        1024,
        0.20,
        0.95,
        0.75,
        0.45,
        0.2,
        0.5,
        0.3,
        0.70,
        2,
        Validation.CHECKED,
        Fingerprint.Part.COMBINED,
        1,
        false,
        Agreement.FULL_CALLS,
        1,
        false,
        DifficultySource.PASS_AT_K,
        ConfidenceBlend.published(),
        SelectionRule.BALANCED,
        0.25,
        TaskOrder.EASY_TO_HARD);
  }

  /** The published settings to the letter. */
  public static DatasetConfig published() {
    return new DatasetConfig(
        10_000,
        2_000,
        0.7,
        4096,
        256,
        10,
        0.001,
        1024,
        0.20,
        1.0,
        0.75,
        0.45,
        0.2,
        0.5,
        0.3,
        1,
        0,
        Validation.PUBLISHED,
        Fingerprint.Part.COMBINED,
        1,
        true,
        Agreement.NAMES,
        0.95,
        true,
        DifficultySource.JUDGE,
        ConfidenceBlend.published(),
        SelectionRule.QUOTAS,
        1,
        TaskOrder.BY_DOMAIN);
  }

  /** Why the Solver's answers disqualify a task, empty when they do not. */
  public String dropReason(ProbeOutcome outcome) {
    return switch (outcome) {
      case ProbeOutcome.Scored scored -> {
        double rate = scored.successRate();
        if (scored.successes() == 0 && tauVerify > 0) {
          yield "never_solved";
        }
        if (rate < tauVerify) {
          yield "agreement_below_tau";
        }
        yield rate > tauVerifyHigh ? "agreement_above_tau" : "";
      }
      case ProbeOutcome.NotApplicable _ -> "too_long";
      case ProbeOutcome.Failed _ -> "solver_failed";
    };
  }

  /**
   * As many of a domain's tasks as may be chosen, at least 1 where there are any.
   *
   * @param tasks that it has
   * @param wanted the share of all tasks that is asked for in this domain, in [0, 1]
   */
  int capped(int tasks, double wanted) {
    if (maxDomainShare >= 1) {
      return tasks;
    }
    double most = Math.max(Math.floor(maxDomainShare * nFinal), Math.ceil(wanted * nFinal));
    return Math.min(tasks, (int) Math.max(1, most));
  }

  /** Number of chunks. */
  public int chunks() {
    return (nGenerate + chunkSize - 1) / chunkSize;
  }
}
