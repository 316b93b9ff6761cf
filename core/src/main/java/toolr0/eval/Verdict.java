package toolr0.eval;

/**
 * What became of one task.
 *
 * @param parsed whether calls could be read from the answer
 * @param rightTools whether the answer calls the gold tools, equally often, whatever the arguments
 * @param correct whether the calls equal gold
 * @param tokens length of the answer
 * @param fits whether the prompt fits the context; one that does not is not asked, and wrong
 * @param answer the completion as text, empty when the task was not asked
 */
public record Verdict(
    String id,
    String category,
    boolean noTool,
    boolean parsed,
    boolean rightTools,
    boolean correct,
    int tokens,
    boolean fits,
    String answer) {}
