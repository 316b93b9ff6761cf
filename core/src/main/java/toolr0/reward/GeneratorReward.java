package toolr0.reward;

import java.util.List;
import java.util.OptionalDouble;
import toolr0.task.ControlSpec;
import toolr0.task.Grounding;
import toolr0.task.ParsedTask;
import toolr0.task.SpecAdherence;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskDraft;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.SchemaCheck;
import toolr0.tool.SchemaViolation;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** Rewards a Generator's completion (method section 4, mended as section 9 asks). */
public final class GeneratorReward {
  private static final SpecAdherence NO_TASK = new SpecAdherence(0, 0, 0);

  private final GeneratorRewardConfig config;

  public GeneratorReward(GeneratorRewardConfig config) {
    this.config = config;
  }

  /**
   * Whether the Solver and the judge should be asked about a completion: it holds a task with a
   * real question.
   */
  public boolean worthAsking(ParsedTask parsed) {
    return parsed instanceof ParsedTask.Parsed(Task task, TaskDraft _)
        && config.gate().passes(task.question());
  }

  /**
   * The reward of a completion.
   *
   * @param spec what was asked for
   * @param parsed what came
   * @param probe how often the Solver solves it
   * @param judge how the judge grades it
   * @param repetitionPenalty at most 0, from {@link RepetitionPenalty#penalties}
   */
  public GeneratorScore score(
      ControlSpec spec,
      ParsedTask parsed,
      ProbeOutcome probe,
      JudgeOutcome judge,
      double repetitionPenalty) {
    TaskDraft draft = parsed.draft();
    boolean gate = draft.question().filter(config.gate()::passes).isPresent();
    double open = gate ? 1 : 0;
    double blocks = draft.hasBlocks(config.thinkRequired()) ? 1 : 0;
    double toolsValid = blocks > 0 && draft.menu() instanceof ParsedMenu.Menu ? 1 : 0;
    double goldValid =
        blocks > 0 && draft.gold() instanceof ParsedCalls.Calls calls && fits(calls, spec) ? 1 : 0;
    double format = open * (blocks + toolsValid + goldValid) / 3;
    Validity validity = gate && blocks > 0 ? validity(spec, draft) : Validity.NONE;
    double validityScore =
        config.toolExists() * validity.toolExists
            + config.argsValid() * validity.argsValid
            + config.valuesGrounded() * validity.valuesGrounded;
    SpecAdherence adherence =
        gate && parsed instanceof ParsedTask.Parsed(Task task, TaskDraft _)
            ? SpecAdherence.of(spec, task)
            : NO_TASK;
    double factor = config.gated() ? validityScore * adherence.mean() : open;
    OptionalDouble successRate =
        probe instanceof ProbeOutcome.Scored scored
            ? OptionalDouble.of(scored.successRate())
            : OptionalDouble.empty();
    double difficulty =
        probe instanceof ProbeOutcome.Scored scored
            ? factor * config.difficulty().reward(scored.successRate(), scored.samples())
            : 0;
    OptionalDouble semantic =
        judge instanceof JudgeOutcome.Scored scored
            ? OptionalDouble.of(factor * scored.share())
            : OptionalDouble.empty();
    boolean failed =
        (config.difficultyWeight() > 0 && probe instanceof ProbeOutcome.Failed)
            || (config.judgeWeight() > 0 && judge instanceof JudgeOutcome.Failed);
    double total =
        config.formatWeight() * format
            + config.validityWeight() * validityScore
            + config.specWeight() * adherence.mean()
            + config.difficultyWeight() * difficulty
            + config.judgeWeight() * semantic.orElse(0)
            + config.repetitionWeight() * repetitionPenalty;
    return new GeneratorScore(
        gate,
        blocks,
        toolsValid,
        goldValid,
        format,
        validity.toolExists,
        validity.argsValid,
        validity.valuesGrounded,
        validityScore,
        adherence,
        successRate,
        difficulty,
        semantic,
        repetitionPenalty,
        failed ? OptionalDouble.empty() : OptionalDouble.of(total));
  }

  private record Validity(double toolExists, double argsValid, double valuesGrounded) {
    static final Validity NONE = new Validity(0, 0, 0);
  }

  private static boolean fits(ParsedCalls.Calls calls, ControlSpec spec) {
    return !calls.calls().isEmpty() || spec.numCalls() == 0;
  }

  private Validity validity(ControlSpec spec, TaskDraft draft) {
    if (!(draft.gold() instanceof ParsedCalls.Calls(List<ToolCall> calls, int _))) {
      return Validity.NONE;
    }
    List<ToolSpec> menu =
        draft.menu() instanceof ParsedMenu.Menu(List<ToolSpec> tools) ? tools : List.of();
    String question = draft.question().orElse("");
    if (calls.isEmpty()) {
      boolean sound =
          spec.numCalls() == 0
              && !menu.isEmpty()
              && TaskCheck.fittingTool(question, menu).isEmpty();
      return sound ? new Validity(1, 1, 1) : Validity.NONE;
    }
    int known = 0;
    int sound = 0;
    for (ToolCall call : calls) {
      List<SchemaViolation> violations = SchemaCheck.check(call, menu);
      boolean unknown =
          violations.stream().anyMatch(v -> v.kind() == SchemaViolation.Kind.UNKNOWN_TOOL);
      known += unknown ? 0 : 1;
      sound += isSound(violations) ? 1 : 0;
    }
    double grounded =
        Grounding.score(question, calls, config.grounding()).share(config.minGroundedValues());
    return new Validity((double) known / calls.size(), (double) sound / calls.size(), grounded);
  }

  private boolean isSound(List<SchemaViolation> violations) {
    return config.schemaChecked()
        ? violations.isEmpty()
        : violations.stream()
            .noneMatch(
                v ->
                    v.kind() == SchemaViolation.Kind.UNKNOWN_TOOL
                        || v.kind() == SchemaViolation.Kind.MISSING_REQUIRED);
  }
}
