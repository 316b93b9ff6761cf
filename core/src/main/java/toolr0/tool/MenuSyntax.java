package toolr0.tool;

/** What {@link ToolMenus} takes for a menu. */
public enum MenuSyntax {
  /** Every parameter has a type, names are unique, and required parameters exist. */
  CHECKED,
  /**
   * As the published Generator reward reads tools: a list of objects with a name, whose {@code
   * parameters}, where the key is there, is an object. Only {@code parameters.required} counts;
   * what it names need not exist, and types may be missing (they are then empty text).
   */
  PUBLISHED
}
