package toolr0.grpo;

import tools.jackson.databind.node.ObjectNode;

/**
 * The outcome of one completion, and what else its record should hold.
 *
 * @param columns further columns of the completions file; never modified
 */
public record CompletionScore(Outcome outcome, ObjectNode columns) {}
