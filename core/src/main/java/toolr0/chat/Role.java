package toolr0.chat;

/** Who speaks in a chat. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT;

  /** The role's name in a chat template: "system", "user" or "assistant". */
  public String wireName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
