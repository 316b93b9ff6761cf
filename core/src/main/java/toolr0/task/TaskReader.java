package toolr0.task;

/** Decides which of a Generator's completions become tasks of the dataset. */
public interface TaskReader {

  /**
   * The task of a completion, or why there is none. Time is linear in the text, and nothing is
   * thrown.
   *
   * @param spec what the Generator was asked for
   */
  TaskReading read(ControlSpec spec, String completion);
}
