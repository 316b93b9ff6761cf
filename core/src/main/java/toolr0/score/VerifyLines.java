package toolr0.score;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import toolr0.base.Json;
import toolr0.curriculum.DatasetConfig;
import toolr0.reward.Agreement;
import toolr0.reward.AnswerTally;
import toolr0.reward.ProbeOutcome;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says whether a Solver's answers let a task stay in the dataset: {@code responses} or {@code
 * response}, {@code gold_calls}, {@code tools}. The reward is the share of answers that agree.
 */
final class VerifyLines implements LineScorer {
  private static final String KEPT = "kept";

  private final DatasetConfig config;

  VerifyLines(SelfPlayConfig config) {
    this.config = config.dataset();
  }

  @Override
  public LineScore score(ObjectNode line) {
    LineFields fields = new LineFields(line);
    Optional<List<String>> given = fields.texts("responses").or(() -> fields.texts("response"));
    List<String> responses =
        given
            .filter(list -> !list.isEmpty())
            .orElseThrow(
                () ->
                    new LineException(
                        "the field \"responses\" (a list of texts, or \"response\" with one) is"
                            + " missing or empty"));
    List<ToolCall> gold = fields.calls("gold_calls", "gold");
    List<ToolSpec> tools = fields.tools();
    Agreement agreement = config.verification();
    AnswerTally tally = agreement.tally(responses, gold, tools);
    ProbeOutcome.Scored outcome = new ProbeOutcome.Scored(tally.successes(), tally.samples());
    String drop = config.dropReason(outcome);
    List<Reason> reasons = new ArrayList<>();
    reasons.add(kept(outcome, drop));
    reasons.addAll(AnswerReasons.of("agreement", responses, gold, tools, agreement));
    SequencedMap<String, Double> parts = new LinkedHashMap<>();
    parts.put(KEPT, drop.isEmpty() ? 1.0 : 0.0);
    parts.put("agreement", tally.rate());
    parts.put("consistency", tally.consistency());
    ObjectNode more = Json.object();
    more.put(KEPT, drop.isEmpty());
    ArrayNode outcomes = more.putArray("outcomes");
    responses.forEach(
        response -> outcomes.add(agreement.compare(response, gold, tools).verdict().wireName()));
    return new LineScore(OptionalDouble.of(tally.rate()), parts, reasons, more);
  }

  private Reason kept(ProbeOutcome.Scored outcome, String drop) {
    String figures =
        outcome.successes()
            + " of "
            + outcome.samples()
            + " answers agree, wanted is a share from "
            + config.tauVerify()
            + " to "
            + config.tauVerifyHigh();
    return drop.isEmpty()
        ? new Reason(KEPT, KEPT, "the task stays: " + figures)
        : new Reason(KEPT, drop, "the task goes: " + figures);
  }
}
