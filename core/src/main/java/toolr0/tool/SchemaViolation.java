package toolr0.tool;

/**
 * A way in which a call does not fit its tool.
 *
 * @param tool the called name
 * @param argument the argument concerned, empty when the tool itself is unknown
 */
public record SchemaViolation(Kind kind, String tool, String argument) {

  /** What is wrong. */
  public enum Kind {
    UNKNOWN_TOOL,
    MISSING_REQUIRED,
    UNKNOWN_ARGUMENT,
    WRONG_TYPE,
    NOT_IN_ENUM
  }
}
