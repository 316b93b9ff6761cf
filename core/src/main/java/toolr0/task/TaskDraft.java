package toolr0.task;

import java.util.Optional;
import toolr0.tool.JudgedCalls;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;

/**
 * The parts of a Generator's completion, each as far as it could be read.
 *
 * @param think whether there is a think block with content
 * @param question the content of the question block, empty when it is missing or blank
 * @param toolsText the content of the tools block, empty when it is missing or blank
 * @param menu the tools, or why there are none
 * @param answerText the content of the answer block, empty when it is missing or blank
 * @param gold the calls, or why there are none
 * @param judgedCalls which calls of the answer block these are
 */
public record TaskDraft(
    boolean think,
    Optional<String> question,
    Optional<String> toolsText,
    ParsedMenu menu,
    Optional<String> answerText,
    ParsedCalls gold,
    JudgedCalls judgedCalls) {

  /** Whether question, tools and answer are all there; the think block too where it is required. */
  public boolean hasBlocks(boolean thinkRequired) {
    return question.isPresent()
        && toolsText.isPresent()
        && answerText.isPresent()
        && (think || !thinkRequired);
  }
}
