package toolr0.selfplay;

import toolr0.eval.Benchmark;
import toolr0.run.Plan;

/**
 * What a run is to do.
 *
 * @param config the whole configuration
 * @param benchmark that measures its models, as the configuration names it
 * @param plan worked out from these two
 */
public record PlannedRun(SelfPlayConfig config, Benchmark benchmark, Plan plan) {}
