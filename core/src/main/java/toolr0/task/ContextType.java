package toolr0.task;

/** Whether the question is one request or holds a short conversation. */
public enum ContextType {
  SINGLE_TURN,
  MULTI_TURN;

  /** The spelling in prompts and configuration: "single_turn" or "multi_turn". */
  public String wireName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
