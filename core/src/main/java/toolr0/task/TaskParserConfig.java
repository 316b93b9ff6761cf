package toolr0.task;

import toolr0.tool.AnswerBlocks.TagCase;
import toolr0.tool.CallSyntax;
import toolr0.tool.MenuSyntax;

/**
 * How a Generator's completion is read.
 *
 * @param thinkRequired whether a think block with content must be there
 * @param tagCase whether the case of tags counts
 * @param syntax how the gold calls may be written
 * @param menu what counts as a menu
 * @param shuffleMenu whether the tools are put in an order drawn from the question: a Generator
 *     tends to write the tool that its question needs first, and a Solver would learn the place
 *     instead of the tool
 */
public record TaskParserConfig(
    boolean thinkRequired,
    TagCase tagCase,
    CallSyntax syntax,
    MenuSyntax menu,
    boolean shuffleMenu) {

  /** The mended method: one tolerant parser for all roles, the think block is optional. */
  public static TaskParserConfig standard() {
    return new TaskParserConfig(
        false, TagCase.IGNORED, CallSyntax.TOLERANT, MenuSyntax.CHECKED, true);
  }

  /** The published reward code. */
  public static TaskParserConfig published(boolean thinkRequired) {
    return new TaskParserConfig(
        thinkRequired, TagCase.EXACT, CallSyntax.STRICT_JSON, MenuSyntax.PUBLISHED, false);
  }
}
