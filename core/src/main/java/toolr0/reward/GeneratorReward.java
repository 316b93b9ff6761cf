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
import toolr0.tool.JudgedCalls;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.SchemaCheck;
import toolr0.tool.SchemaViolation;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;

/** Rewards a Generator's completion (method section 4, mended as section 9 asks). */
public final class GeneratorReward {
  private static final SpecAdherence NO_TASK = new SpecAdherence(0, 0, 0);

  private final GeneratorRewardConfig config;

  public GeneratorReward(GeneratorRewardConfig config) {
    this.config = config;
  }

  /**
   * Whether the Solver and the judge should be asked about a completion: it holds a task of the
   * kind asked for, with a real question. Without gating the question plays no part, as published:
   * answers about a placeholder then count for nothing.
   */
  public boolean worthAsking(ControlSpec spec, ParsedTask parsed) {
    return parsed instanceof ParsedTask.Parsed(Task task, TaskDraft _)
        && (!task.gold().isEmpty() || spec.numCalls() == 0)
        && (!config.gated() || config.gate().passes(task.question()));
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
    double blocks = draft.hasBlocks(config.thinkRequired()) ? 1 : 0;
    boolean gate = blocks > 0 && draft.question().filter(config.gate()::passes).isPresent();
    double open = gate ? 1 : 0;
    double toolsValid = blocks > 0 && draft.menu() instanceof ParsedMenu.Menu ? 1 : 0;
    double goldValid =
        blocks > 0 && draft.gold() instanceof ParsedCalls.Calls calls && fits(calls, spec) ? 1 : 0;
    double format = open * (blocks + toolsValid + goldValid) / 3;
    boolean measured = blocks > 0 && (gate || !config.gated());
    Validity validity = measured ? validity(spec, draft) : Validity.NONE;
    double validityScore =
        open
            * (config.toolExists() * validity.toolExists
                + config.argsValid() * validity.argsValid
                + config.valuesGrounded() * validity.valuesGrounded);
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
        (measured && oddRequired(draft).stream().anyMatch(JsonNode::isContainer))
            || (config.difficultyWeight() > 0 && probe instanceof ProbeOutcome.Failed)
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

  /**
   * What the first published version makes of the tool's required list that the later one leaves
   * out (method section 9.1, number 15): every entry that is no text.
   */
  private static List<JsonNode> oddRequired(TaskDraft draft) {
    return draft.judgedCalls() == JudgedCalls.FIRST
            && draft.gold() instanceof ParsedCalls.Calls(List<ToolCall> calls, int _)
            && !calls.isEmpty()
            && draft.menu() instanceof ParsedMenu.Menu
        ? ToolMenus.oddRequired(draft.toolsText().orElse(""), calls.getFirst().name())
        : List.of();
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
    double complete = oddRequired(draft).isEmpty() ? (double) sound / calls.size() : 0;
    return new Validity((double) known / calls.size(), complete, grounded);
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
