package toolr0.task;

import tools.jackson.databind.node.ArrayNode;

/** What a {@link TaskReader} makes of a Generator's completion. */
public sealed interface TaskReading {

  /**
   * A completion that holds a task to keep.
   *
   * @param tools the menu as the reader normalises it, JSON
   * @param calls the gold calls as the reader normalises them, JSON
   */
  record Accepted(Task task, ArrayNode tools, ArrayNode calls) implements TaskReading {}

  /**
   * A completion that holds none.
   *
   * @param reason the first thing that is wrong, in the spelling of reports
   * @param detail where and how, for people; may be empty
   * @param unreadable whether a part is missing or cannot be read, which a completion that was cut
   *     off explains
   */
  record Rejected(String reason, String detail, boolean unreadable) implements TaskReading {}
}
