package toolr0.task;

/** Which rules decide whether a completion becomes a task of the dataset. */
public enum Validation {
  /** {@link CheckedTasks}. */
  CHECKED,
  /** {@link PublishedTasks} (method section 5.1). */
  PUBLISHED;

  /**
   * The reader that goes by these rules.
   *
   * @param parser of {@link #CHECKED}
   * @param check of {@link #CHECKED}
   */
  public TaskReader reader(TaskParser parser, TaskCheck check) {
    return switch (this) {
      case CHECKED -> new CheckedTasks(parser, check);
      case PUBLISHED -> new PublishedTasks();
    };
  }
}
