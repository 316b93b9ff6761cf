package toolr0.task;

import toolr0.tool.AnswerBlocks.TagCase;

/**
 * How a Generator's completion is read.
 *
 * @param thinkRequired whether a think block with content must be there
 * @param tagCase whether the case of tags counts
 * @param strictJson whether the calls must be strict JSON (a code fence apart); otherwise {@link
 *     toolr0.tool.CallParser} reads them
 */
public record TaskParserConfig(boolean thinkRequired, TagCase tagCase, boolean strictJson) {

  /** The mended method: one tolerant parser for all roles, the think block is optional. */
  public static TaskParserConfig standard() {
    return new TaskParserConfig(false, TagCase.IGNORED, false);
  }

  /** The published reward code. */
  public static TaskParserConfig published(boolean thinkRequired) {
    return new TaskParserConfig(thinkRequired, TagCase.EXACT, true);
  }
}
