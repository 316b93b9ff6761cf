package toolr0.task;

/** What a Generator's completion turned out to be. */
public sealed interface ParsedTask {

  /** The parts of the completion. */
  TaskDraft draft();

  /**
   * A completion that holds a task; whether the task is any good is for {@link TaskCheck} to say.
   */
  record Parsed(Task task, TaskDraft draft) implements ParsedTask {}

  /**
   * A completion that holds no task.
   *
   * @param reason the first thing that is wrong, for people
   */
  record Malformed(Problem problem, String reason, TaskDraft draft) implements ParsedTask {}

  /** What keeps a completion from being a task. */
  enum Problem {
    TOO_LONG,
    MISSING_BLOCK,
    BAD_TOOLS,
    BAD_CALLS;

    /** The spelling in reports, for example "missing_block". */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
