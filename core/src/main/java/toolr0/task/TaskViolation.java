package toolr0.task;

/**
 * A broken rule.
 *
 * @param detail where and how, for people
 */
public record TaskViolation(TaskRule rule, String detail) {}
