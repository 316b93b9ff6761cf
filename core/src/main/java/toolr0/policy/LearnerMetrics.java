package toolr0.policy;

/**
 * What one optimizer step did.
 *
 * @param loss the step's loss, about 0 by construction when on-policy
 * @param gradNorm before clipping
 * @param entropy mean entropy of the next-token distribution over completion tokens, in nats
 * @param kl mean k3 estimate against the reference; 0 when beta is 0
 * @param clipRatioLow share of tokens clipped below
 * @param clipRatioHigh share of tokens clipped above
 * @param logpDifferenceMean mean absolute difference between the sampler's and the learner's
 *     log-probability
 * @param logpDifferenceMax the largest such difference
 * @param numTokens prompt and completion tokens processed, each prompt once per group
 */
public record LearnerMetrics(
    double loss,
    double gradNorm,
    double entropy,
    double kl,
    double clipRatioLow,
    double clipRatioHigh,
    double logpDifferenceMean,
    double logpDifferenceMax,
    long numTokens) {}
