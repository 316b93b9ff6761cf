package toolr0.policy;

import toolr0.base.Seed;

/**
 * Asks for several completions of one prompt.
 *
 * @param numGenerations completions wanted, at least 1
 * @param seed member g draws from {@code seed.derive(g)} alone, so its completion does not depend
 *     on what else is sampled
 */
public record SampleRequest(Prompt prompt, int numGenerations, Seed seed) {}
