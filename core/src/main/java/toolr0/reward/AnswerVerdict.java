package toolr0.reward;

import java.util.Locale;

/** What comparing one answer of a Solver with the gold calls gave. */
public enum AnswerVerdict {
  MATCH,
  MISMATCH,
  /** There is no answer block. */
  MISSING_TAG,
  /** The answer cannot be read as a value. */
  JSON_PARSE_FAIL,
  /** The answer is a value but no list of calls. */
  BAD_CALL_SCHEMA;

  /** The spelling in reports, for example "missing_tag". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
