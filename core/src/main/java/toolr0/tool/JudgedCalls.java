package toolr0.tool;

/** Which calls of a list count (method section 9.1, number 3). */
public enum JudgedCalls {
  /** Every call. */
  ALL,
  /** The first alone, as the first published version has it. */
  FIRST
}
