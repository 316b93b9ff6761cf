package toolr0.task;

import toolr0.tool.AnswerBlocks.TagCase;
import toolr0.tool.CallSyntax;
import toolr0.tool.JudgedCalls;
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
 * @param skipNonCalls whether elements of the answer that are no calls are left out, as published;
 *     otherwise they make the answer unusable
 * @param judgedCalls which gold calls count; the first alone is method section 9.1, number 3, and
 *     goes with probe.agreement first_call_json and dataset.validation published
 */
public record TaskParserConfig(
    boolean thinkRequired,
    TagCase tagCase,
    CallSyntax syntax,
    MenuSyntax menu,
    boolean shuffleMenu,
    boolean skipNonCalls,
    JudgedCalls judgedCalls) {

  /** The mended method: one tolerant parser for all roles, the think block is optional. */
  public static TaskParserConfig standard() {
    return new TaskParserConfig(
        false,
        TagCase.IGNORED,
        CallSyntax.TOLERANT,
        MenuSyntax.CHECKED,
        true,
        false,
        JudgedCalls.ALL);
  }

  /**
   * The published reward code.
   *
   * @param judgedCalls the first alone in the first version, all in the later one
   */
  public static TaskParserConfig published(boolean thinkRequired, JudgedCalls judgedCalls) {
    return new TaskParserConfig(
        thinkRequired,
        TagCase.EXACT,
        CallSyntax.STRICT_JSON,
        MenuSyntax.PUBLISHED,
        false,
        true,
        judgedCalls);
  }

  /** The published reward code in the version that looks at every call. */
  public static TaskParserConfig published(boolean thinkRequired) {
    return published(thinkRequired, JudgedCalls.ALL);
  }
}
