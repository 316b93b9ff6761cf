package toolr0.pocket;

/**
 * How often the corpus is wrong, per lesson and kind of flaw: the base model's weakness is set
 * here. A lesson has at most one flaw; each rate counts among the lessons in which that flaw is
 * possible, in the order of the fields.
 *
 * @param firstCallOnly of a Solver's answer to several requests: only the first is answered
 * @param callWhenNoneFits of a Solver's answer where no tool fits: some tool is called
 * @param droppedArgument the last argument of a call with several is missing; a quarter of this
 *     rate in answers with several calls
 * @param wrongTool another tool of the menu is called
 * @param alteredValue one value is not the question's
 * @param swappedArguments two values of a call have changed places
 * @param addedArgument a call has an argument that its tool lacks
 * @param brokenJson a bracket or a quotation mark is missing
 * @param missingBlock the thought or a tag is missing
 * @param generatorBrokenJson as {@code brokenJson}, in the Generator's menu or answer
 * @param generatorMissingBlock one of the Generator's three blocks or a closing tag is missing
 * @param generatorToolCount the menu has one tool more or less than asked for
 * @param generatorCallCount the task has another number of calls than asked for
 * @param generatorUngroundedValue a value of the answer does not stand in the question
 * @param generatorUnknownTool the answer calls a tool that is not on the menu
 * @param generatorMissingArgument the answer lacks a required argument
 * @param judgeFlawedTask share of the tasks shown to the judge that have a flaw
 * @param judgeOffByOne the score is one too high or too low
 */
public record Imperfections(
    double firstCallOnly,
    double callWhenNoneFits,
    double droppedArgument,
    double wrongTool,
    double alteredValue,
    double swappedArguments,
    double addedArgument,
    double brokenJson,
    double missingBlock,
    double generatorBrokenJson,
    double generatorMissingBlock,
    double generatorToolCount,
    double generatorCallCount,
    double generatorUngroundedValue,
    double generatorUnknownTool,
    double generatorMissingArgument,
    double judgeFlawedTask,
    double judgeOffByOne) {

  /** The rates of the embedded base model. */
  public static Imperfections standard() {
    return new Imperfections(
        0.72, 0.62, 0.76, 0.06, 0.04, 0.03, 0.02, 0.03, 0.03, // Solver
        0.08, 0.06, 0.05, 0.05, 0.05, 0.03, 0.03, // Generator
        0.50, 0.15); // judge
  }

  /** A flawless corpus; the judge still sees flawed tasks. */
  public static Imperfections none() {
    return standard().scaled(0);
  }

  /** These rates times a factor, except the share of flawed tasks that the judge sees. */
  public Imperfections scaled(double factor) {
    return new Imperfections(
        firstCallOnly * factor,
        callWhenNoneFits * factor,
        droppedArgument * factor,
        wrongTool * factor,
        alteredValue * factor,
        swappedArguments * factor,
        addedArgument * factor,
        brokenJson * factor,
        missingBlock * factor,
        generatorBrokenJson * factor,
        generatorMissingBlock * factor,
        generatorToolCount * factor,
        generatorCallCount * factor,
        generatorUngroundedValue * factor,
        generatorUnknownTool * factor,
        generatorMissingArgument * factor,
        judgeFlawedTask,
        judgeOffByOne * factor);
  }
}
