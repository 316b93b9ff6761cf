package toolr0.reward;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.json;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.base.Json;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.SoftMatchConfig;
import toolr0.tool.SoftScore;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The published Solver rewards, reproduced by the published settings. */
class SolverVectorsTest {

  @Test
  void formatAgreesWithThePublishedReward() {
    Map<String, OracleVectors.Check> checks = new HashMap<>();
    for (String category : List.of("style", "wrapper", "raw_literal", "edge", "random")) {
      checks.put(category, SolverVectorsTest::format);
    }
    checks.put("relaxed_parse", SolverVectorsTest::relaxedParse);
    OracleVectors.verify("solver_format.jsonl", checks);
  }

  @Test
  void accuracyAgreesWithThePublishedReward() {
    Map<String, OracleVectors.Check> checks = new HashMap<>();
    for (String category :
        List.of(
            "value_nullish",
            "value_five",
            "value_dict",
            "value_unicode_digits",
            "value_list",
            "value_long",
            "value_cross",
            "value_big",
            "value_string",
            "value_one",
            "value_zero",
            "value_unicode",
            "value_decimal",
            "value_negative",
            "value_date",
            "raw_literal",
            "gold_text",
            "clean_style",
            "mutated",
            "style",
            "wrapper",
            "rich_gold",
            "greedy",
            "greedy_random")) {
      checks.put(category, SolverVectorsTest::accuracy);
    }
    checks.put("direct", SolverVectorsTest::direct);
    OracleVectors.verify("solver_accuracy.jsonl", checks);
  }

  private static Optional<String> format(Case vector) {
    SolverReward reward = new SolverReward(SolverRewardConfig.published(false));
    String completion = vector.text("completion");
    SolverScore score = reward.score(completion, List.of(), List.of());
    Optional<String> answer = AnswerBlocks.of(completion).block(AnswerBlocks.Tag.TOOL_CALL_ANSWER);
    ParsedCalls parsed = CallParser.parse(answer.orElse(""), CallSyntax.PUBLISHED);
    return first(
        number("format", score.format(), vector.expected().get("format_reward")),
        same(
            "answer",
            answer.map(SolverVectorsTest::quoted).orElse("null"),
            vector.expected().get("answer_text").toString()),
        same(
            "parsed",
            !(parsed instanceof ParsedCalls.Unusable unusable) || unusable.parsed(),
            vector.expected().get("parsed").booleanValue()),
        same("calls", countText(parsed), vector.expected().get("num_calls").toString()));
  }

  private static Optional<String> relaxedParse(Case vector) {
    Optional<JsonNode> value =
        CallParser.parseLiteral(vector.text("text"), CallSyntax.PUBLISHED).filter(v -> !v.isNull());
    JsonNode expected = vector.expected();
    if (expected.has("unrepresentable")) {
      return same("parsed", value.isPresent(), true);
    }
    return first(
        same("parsed", value.isPresent(), expected.get("parsed").booleanValue()),
        same(
            "value",
            value.map(Json::canonical).orElse("null"),
            Json.canonical(expected.get("value"))));
  }

  private static Optional<String> accuracy(Case vector) {
    String completion = vector.text("completion");
    String gold =
        vector.input().has("gold")
            ? vector.input().get("gold").toString()
            : vector.text("gold_text");
    JsonNode expected = vector.expected();
    SolverScore required =
        new SolverReward(SolverRewardConfig.published(true)).score(completion, gold, List.of());
    SolverScore optional =
        new SolverReward(SolverRewardConfig.published(false)).score(completion, gold, List.of());
    Optional<List<ToolCall>> predicted =
        AnswerBlocks.of(completion)
            .content(AnswerBlocks.Tag.TOOL_CALL_ANSWER)
            .flatMap(SolverVectorsTest::usable);
    return first(
        reward(required, expected.get("think_required")),
        reward(optional, expected.get("think_optional")),
        expected.has("predicted_calls_unrepresentable")
            ? same("predicted", predicted.isPresent(), true)
            : json("predicted", predicted.map(CallWriter::toJson), expected.get("predicted_calls")),
        json("gold", gold(gold).map(CallWriter::toJson), expected.get("gold_calls")),
        expected.get("diagnostics").isNull()
            ? same("diagnosed", optional.stage() == SolverStage.SCORED, false)
            : first(
                number(
                    "predicted calls",
                    predicted.map(List::size).orElse(0),
                    expected.get("diagnostics").get("num_pred_calls")),
                number(
                    "gold calls",
                    usable(gold).map(List::size).orElse(0),
                    expected.get("diagnostics").get("num_gt_calls")),
                number(
                    "accuracy",
                    optional.calls().accuracy(),
                    expected.get("diagnostics").get("final_accuracy_reward")),
                diagnostics(optional.calls(), expected.get("diagnostics"))));
  }

  private static Optional<String> reward(SolverScore score, JsonNode expected) {
    return first(
        number("reward", score.accuracy(), expected.get("reward")),
        same("stage", score.stage().wireName(), expected.get("stage").stringValue()));
  }

  /** The calls of a gold text; empty when it is no list and no object. */
  private static Optional<List<ToolCall>> gold(String text) {
    return usable(text)
        .or(
            () ->
                CallParser.isCollection(text, CallSyntax.PUBLISHED)
                    ? Optional.of(List.of())
                    : Optional.empty());
  }

  /** The calls of a text; empty when it holds none. */
  private static Optional<List<ToolCall>> usable(String text) {
    return CallParser.parse(text, CallSyntax.PUBLISHED)
            instanceof ParsedCalls.Calls(List<ToolCall> calls, int _)
        ? Optional.of(calls).filter(c -> !c.isEmpty())
        : Optional.empty();
  }

  private static Optional<String> direct(Case vector) {
    List<ToolCall> predicted = calls(vector.input().get("predicted_calls"));
    List<ToolCall> gold = calls(vector.input().get("gold_calls"));
    SoftScore score = CallMatcher.soft(predicted, gold, List.of(), SoftMatchConfig.published());
    return first(
        number("reward", score.accuracy(), vector.expected().get("reward")),
        diagnostics(score, vector.expected().get("diagnostics")));
  }

  private static Optional<String> diagnostics(SoftScore score, JsonNode expected) {
    return first(
        number("name", score.nameScore(), expected.get("mean_name_score")),
        number("keys", score.keyScore(), expected.get("mean_key_score")),
        number("values", score.valueScore(), expected.get("mean_value_score")),
        number("pair", score.pairScore(), expected.get("mean_pair_reward")),
        number("extra", score.extraCalls(), expected.get("extra_calls")),
        number("factor", score.extraCallFactor(), expected.get("extra_call_penalty")),
        number("base", score.baseScore(), expected.get("base_score")));
  }

  private static List<ToolCall> calls(JsonNode list) {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode node : list.values()) {
      calls.add(new ToolCall(node.get("name").stringValue(), (ObjectNode) node.get("arguments")));
    }
    return calls;
  }

  private static String countText(ParsedCalls parsed) {
    return parsed instanceof ParsedCalls.Calls calls && !calls.calls().isEmpty()
        ? Integer.toString(calls.calls().size())
        : "null";
  }

  private static String quoted(String text) {
    return Json.compact(tools.jackson.databind.node.StringNode.valueOf(text));
  }
}
