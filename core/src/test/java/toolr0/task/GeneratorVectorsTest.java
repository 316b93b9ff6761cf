package toolr0.task;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.OracleVectors.Check;
import toolr0.reward.GeneratorReward;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.GeneratorScore;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.ProbeOutcome;
import toolr0.tool.JudgedCalls;
import toolr0.tool.ParsedCalls;
import tools.jackson.databind.JsonNode;

/**
 * The published Generator rewards for format and validity, reproduced by the published settings.
 */
class GeneratorVectorsTest {
  private static final ControlSpec SPEC = new ControlSpec("any", ContextType.SINGLE_TURN, 1, 1);
  private static final ProbeOutcome NO_PROBE = new ProbeOutcome.NotApplicable("not asked");
  private static final JudgeOutcome NO_JUDGE = new JudgeOutcome.NotApplicable("not asked");

  @Test
  void formatAgreesWithThePublishedReward() {
    OracleVectors.verify(
        "generator_format.jsonl",
        OracleVectors.forAll(
            GeneratorVectorsTest::formats, "layout", "tools", "gold", "placeholder", "random"));
  }

  @Test
  void validityAgreesWithThePublishedReward() {
    Map<String, Check> checks =
        OracleVectors.forAll(
            GeneratorVectorsTest::validities,
            "layout",
            "tools",
            "gold",
            "placeholder",
            "task",
            "schema",
            "multi_call");
    checks.put("grounding", GeneratorVectorsTest::grounding);
    OracleVectors.verify("generator_validity.jsonl", checks);
  }

  private static Optional<String> formats(Case vector) {
    JsonNode expected = vector.expected();
    JsonNode firstOnly =
        expected.has("first_call_only") ? expected.get("first_call_only") : expected;
    return first(
        format(vector, true, JudgedCalls.ALL, expected.get("think_required")),
        format(vector, false, JudgedCalls.ALL, expected.get("think_optional")),
        format(vector, true, JudgedCalls.FIRST, firstOnly.get("think_required")),
        format(vector, false, JudgedCalls.FIRST, firstOnly.get("think_optional")));
  }

  private static Optional<String> format(
      Case vector, boolean thinkRequired, JudgedCalls judged, JsonNode expected) {
    GeneratorScore score = score(parse(vector, thinkRequired, judged), thinkRequired, judged);
    return OracleVectors.in(
        judged + (thinkRequired ? " think required" : " think optional"),
        first(
            number("blocks", score.blocks(), expected.get("tags_parsed")),
            number("tools", score.toolsValid(), expected.get("tools_valid_json")),
            number("gold", score.goldValid(), expected.get("gold_valid_json")),
            number("gate", score.questionGate() ? 1 : 0, expected.get("question_gate")),
            number("format", score.format(), expected.get("format"))));
  }

  private static Optional<String> validities(Case vector) {
    JsonNode expected = vector.expected();
    TaskDraft draft = parse(vector, false, JudgedCalls.ALL).draft();
    return first(
        same(
            "gold calls",
            draft.hasBlocks(false) && draft.gold() instanceof ParsedCalls.Calls calls
                ? calls.calls().size()
                : 0,
            expected.get("num_gold_calls").intValue()),
        validity(vector, true, JudgedCalls.ALL, expected.get("think_required")),
        validity(vector, false, JudgedCalls.ALL, expected.get("think_optional")),
        validity(vector, false, JudgedCalls.FIRST, expected.get("first_call_only")));
  }

  private static Optional<String> validity(
      Case vector, boolean thinkRequired, JudgedCalls judged, JsonNode expected) {
    GeneratorScore score = score(parse(vector, thinkRequired, judged), thinkRequired, judged);
    if (expected.has("exception")) {
      return same("scored", score.total().isPresent(), false);
    }
    return OracleVectors.in(
        judged + (thinkRequired ? " think required" : " think optional"),
        first(
            same("scored", score.total().isPresent(), true),
            number("tool", score.toolExists(), expected.get("gold_tool_exists")),
            number("arguments", score.argsValid(), expected.get("gold_args_valid")),
            number("values", score.valuesGrounded(), expected.get("gold_values_valid")),
            number("gate", score.questionGate() ? 1 : 0, expected.get("question_gate")),
            number("validity", score.validity(), expected.get("validity"))));
  }

  private static ParsedTask parse(Case vector, boolean thinkRequired, JudgedCalls judged) {
    return new TaskParser(TaskParserConfig.published(thinkRequired, judged))
        .parse(vector.text("completion"));
  }

  private static GeneratorScore score(
      ParsedTask parsed, boolean thinkRequired, JudgedCalls judged) {
    return new GeneratorReward(GeneratorRewardConfig.published(thinkRequired, judged))
        .score(SPEC, parsed, NO_PROBE, NO_JUDGE, 0);
  }

  private static Optional<String> grounding(Case vector) {
    JsonNode value = vector.input().get("value");
    JsonNode expected = vector.expected();
    Grounding.Question question =
        Grounding.prepare(vector.text("question"), GroundingRule.PUBLISHED);
    boolean counted = question.counts(value);
    if (!counted || !expected.get("counted").booleanValue()) {
      return same("counted", counted, expected.get("counted").booleanValue());
    }
    return first(
        same(
            "variants",
            PublishedVariants.of(value).toString(),
            expected.get("variants").values().stream()
                .map(JsonNode::stringValue)
                .toList()
                .toString()),
        same("grounded", question.holds(value), expected.get("grounded").booleanValue()));
  }
}
