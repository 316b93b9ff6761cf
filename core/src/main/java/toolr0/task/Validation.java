package toolr0.task;

/** Which rules decide whether a completion becomes a task of the dataset. */
public enum Validation {
  /** {@link CheckedTasks}. */
  CHECKED,
  /** {@link PublishedTasks} (method section 5.1). */
  PUBLISHED
}
