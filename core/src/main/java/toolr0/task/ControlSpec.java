package toolr0.task;

/**
 * What the Generator is asked to write (method section 2).
 *
 * @param domain one of the configured domains
 * @param numTools size of the menu, at least 1
 * @param numCalls number of gold calls; 0 asks for a task that no tool of the menu fits
 */
public record ControlSpec(String domain, ContextType contextType, int numTools, int numCalls) {}
