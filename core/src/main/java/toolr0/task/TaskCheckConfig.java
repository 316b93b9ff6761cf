package toolr0.task;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import toolr0.base.Check;
import toolr0.base.Text;

/**
 * Which rules a task must keep, and their figures.
 *
 * @param rules the rules that are looked at
 * @param gate tells questions from placeholders
 * @param minQuestionLength least code points of a question
 * @param minDescriptionLength least code points of a tool's description
 * @param minGroundedValues values of a task with calls that must stand in the question
 * @param grounding how values are looked for
 * @param trivialPhrases words that mark requests that need no tool; they count as whole words
 */
public record TaskCheckConfig(
    Set<TaskRule> rules,
    QuestionGate gate,
    int minQuestionLength,
    int minDescriptionLength,
    int minGroundedValues,
    GroundingRule grounding,
    List<String> trivialPhrases) {
  private static final int MIN_QUESTION = 15;
  private static final int MIN_DESCRIPTION = 5;

  public TaskCheckConfig {
    rules = Collections.unmodifiableSet(new LinkedHashSet<>(rules));
    trivialPhrases = trivialPhrases.stream().map(Text::lowerCase).toList();
    Check.notNegative("min_question_length", minQuestionLength);
    Check.notNegative("min_description_length", minDescriptionLength);
    Check.notNegative("min_grounded_values", minGroundedValues);
  }

  /**
   * The mended method: every rule except that on Chinese characters and on tools without
   * parameters.
   */
  public static TaskCheckConfig standard() {
    Set<TaskRule> rules = new LinkedHashSet<>(Arrays.asList(TaskRule.values()));
    rules.remove(TaskRule.CJK_TEXT);
    rules.remove(TaskRule.TOOL_WITHOUT_PARAMETERS);
    return new TaskCheckConfig(
        rules,
        QuestionGate.standard(),
        MIN_QUESTION,
        MIN_DESCRIPTION,
        1,
        GroundingRule.TYPED,
        List.of("poem", "joke"));
  }

  /** No rule, as the published Generator reward has it (method section 9.2, numbers 24 and 25). */
  public static TaskCheckConfig published() {
    return new TaskCheckConfig(
        Set.of(), QuestionGate.published(), 0, 0, 0, GroundingRule.PUBLISHED, List.of());
  }
}
