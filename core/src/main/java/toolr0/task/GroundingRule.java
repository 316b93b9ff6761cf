package toolr0.task;

/** How an argument's value is looked for in the question. */
public enum GroundingRule {
  /** By what the value is: numbers with their sign, dates, text as whole words of any script. */
  TYPED,
  /**
   * As the published code does: variants of the text at word boundaries of a text reduced to a-z
   * and 0-9.
   */
  PUBLISHED,
  /**
   * As the first published version does: like {@link #PUBLISHED}, but references to the results of
   * other calls are looked for too, and one value missing makes all missing (method section 4.4).
   */
  PUBLISHED_FIRST_VERSION
}
