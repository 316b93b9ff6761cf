package toolr0.task;

import java.util.Locale;

/**
 * What the Generator is asked to write (method section 2).
 *
 * @param domain one of the configured domains
 * @param numTools size of the menu, at least 1
 * @param numCalls number of gold calls; 0 asks for a task that no tool of the menu fits
 */
public record ControlSpec(String domain, ContextType contextType, int numTools, int numCalls) {

  /** The specification for people: "travel, single_turn, 3 tools, 1 calls". */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "%s, %s, %d tools, %d calls",
        domain,
        contextType.wireName(),
        numTools,
        numCalls);
  }
}
