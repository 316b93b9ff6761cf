package toolr0.reward;

import toolr0.base.Check;
import toolr0.task.GroundingRule;
import toolr0.task.QuestionGate;
import toolr0.tool.JudgedCalls;

/**
 * How the Generator is rewarded. The total is the weighted sum of the parts.
 *
 * @param formatWeight weight of the format: blocks, tools and calls can be read
 * @param validityWeight weight of the validity: known tools, sound arguments, grounded values
 * @param specWeight weight of keeping to the control spec
 * @param difficultyWeight weight of the difficulty
 * @param judgeWeight weight of the judge's score
 * @param repetitionWeight weight of the repetition penalty
 * @param gated whether difficulty and judge count only as far as the task is valid and keeps to its
 *     spec
 * @param thinkRequired whether a completion needs a think block
 * @param toolExists share of known tools in the validity
 * @param argsValid share of sound arguments in the validity
 * @param valuesGrounded share of grounded values in the validity
 * @param schemaChecked whether sound arguments fit the tool's whole schema; otherwise only the
 *     required ones must be there
 * @param minGroundedValues values in the question that a task with calls needs for full grounding
 * @param grounding how values are looked for in the question; published_first_version goes with
 *     task.parser.judged_calls first
 * @param gate tells questions from placeholders, which earn nothing
 * @param difficulty the curve over the Solver's success rate
 * @param repetition the penalty for questions alike
 */
public record GeneratorRewardConfig(
    double formatWeight,
    double validityWeight,
    double specWeight,
    double difficultyWeight,
    double judgeWeight,
    double repetitionWeight,
    boolean gated,
    boolean thinkRequired,
    double toolExists,
    double argsValid,
    double valuesGrounded,
    boolean schemaChecked,
    int minGroundedValues,
    GroundingRule grounding,
    QuestionGate gate,
    DifficultyBand difficulty,
    RepetitionPenalty repetition) {

  public GeneratorRewardConfig {
    Check.notNegative("format_weight", formatWeight);
    Check.notNegative("validity_weight", validityWeight);
    Check.notNegative("spec_weight", specWeight);
    Check.notNegative("difficulty_weight", difficultyWeight);
    Check.notNegative("judge_weight", judgeWeight);
    Check.notNegative("repetition_weight", repetitionWeight);
    Check.notNegative("tool_exists", toolExists);
    Check.notNegative("args_valid", argsValid);
    Check.notNegative("values_grounded", valuesGrounded);
    Check.notNegative("min_grounded_values", minGroundedValues);
    if (Math.abs(toolExists + argsValid + valuesGrounded - 1) > 1e-9) {
      throw new IllegalArgumentException(
          "tool_exists, args_valid and values_grounded must add up to 1, not "
              + (toolExists + argsValid + valuesGrounded));
    }
  }

  /** The mended method. */
  public static GeneratorRewardConfig standard() {
    return new GeneratorRewardConfig(
        0.5,
        1,
        0.5,
        1,
        0.25,
        1,
        true,
        false,
        0.4,
        0.4,
        0.2,
        true,
        1,
        GroundingRule.TYPED,
        QuestionGate.standard(),
        DifficultyBand.published(),
        RepetitionPenalty.standard());
  }

  /** The published rewards, in the version that looks at every call. */
  public static GeneratorRewardConfig published(boolean thinkRequired) {
    return published(thinkRequired, JudgedCalls.ALL);
  }

  /**
   * The published rewards.
   *
   * @param judgedCalls the first alone in the first version; the parser must be set alike
   */
  public static GeneratorRewardConfig published(boolean thinkRequired, JudgedCalls judgedCalls) {
    return new GeneratorRewardConfig(
        1,
        1,
        0,
        0.5,
        0.5,
        0,
        false,
        thinkRequired,
        0.4,
        0.4,
        0.2,
        false,
        0,
        judgedCalls == JudgedCalls.FIRST
            ? GroundingRule.PUBLISHED_FIRST_VERSION
            : GroundingRule.PUBLISHED,
        QuestionGate.published(),
        DifficultyBand.published(),
        RepetitionPenalty.published());
  }
}
