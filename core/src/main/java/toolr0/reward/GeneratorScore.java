package toolr0.reward;

import java.util.OptionalDouble;
import toolr0.task.SpecAdherence;

/**
 * The Generator's reward for one completion, with its parts before weighting; each is in [0, 1]
 * unless it says otherwise.
 *
 * @param questionGate whether all blocks are there and the question is no placeholder; otherwise
 *     format, validity, adherence and difficulty are 0
 * @param blocks 1 when all blocks are there
 * @param toolsValid 1 when the tools can be read
 * @param goldValid 1 when the calls can be read
 * @param format mean of the three
 * @param toolExists share of calls whose tool is in the menu
 * @param argsValid share of calls that fit their tool's schema
 * @param valuesGrounded share of argument values that stand in the question
 * @param validity weighted sum of the three
 * @param spec how far the task keeps to its control spec
 * @param successRate share of Solver samples that equal gold, no value when the Solver was not
 *     asked
 * @param difficulty the reward of that share
 * @param judge the judge's score as a share, no value when there is none
 * @param repetition the repetition penalty, at most 0
 * @param total the weighted sum, no value when the completion cannot be scored: the Solver or the
 *     judge failed, or the first published version stops at it (method section 9.1, number 15)
 */
public record GeneratorScore(
    boolean questionGate,
    double blocks,
    double toolsValid,
    double goldValid,
    double format,
    double toolExists,
    double argsValid,
    double valuesGrounded,
    double validity,
    SpecAdherence spec,
    OptionalDouble successRate,
    double difficulty,
    OptionalDouble judge,
    double repetition,
    OptionalDouble total) {}
