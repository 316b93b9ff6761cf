package toolr0.tool;

/**
 * Which texts {@link CallParser} takes for literals; a code fence around them is accepted in all.
 */
public enum CallSyntax {
  /** JSON, a Python literal, or JSON with Python's constants. */
  TOLERANT,
  /**
   * As the published Solver reward reads answers: like {@link #TOLERANT}, but no text with three
   * dots in a row, and {@code None}, {@code True} and {@code False} are replaced inside strings
   * too.
   */
  PUBLISHED,
  /** JSON alone, as {@link PythonJson} has it. */
  STRICT_JSON
}
