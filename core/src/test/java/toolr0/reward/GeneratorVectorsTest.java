package toolr0.reward;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.number;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
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
    Map<String, OracleVectors.Check> checks = new HashMap<>();
    for (String category : List.of("layout", "tools", "gold", "placeholder", "random")) {
      checks.put(category, vector -> bothModes(vector, GeneratorVectorsTest::format));
    }
    OracleVectors.verify("generator_format.jsonl", checks, Map.of());
  }

  @Test
  void validityAgreesWithThePublishedReward() {
    Map<String, OracleVectors.Check> checks = new HashMap<>();
    for (String category :
        List.of("layout", "tools", "gold", "placeholder", "task", "schema", "multi_call")) {
      checks.put(category, vector -> bothModes(vector, GeneratorVectorsTest::validity));
    }
    OracleVectors.verify(
        "generator_validity.jsonl",
        checks,
        Map.of("grounding", "checked with the grounding itself, in TaskVectorsTest"));
  }

  private interface Comparison {
    Optional<String> disagreement(GeneratorScore score, JsonNode expected);
  }

  private static Optional<String> bothModes(Case vector, Comparison comparison) {
    return first(
        comparison.disagreement(score(vector, true), vector.expected().get("think_required")),
        comparison.disagreement(score(vector, false), vector.expected().get("think_optional")));
  }

  private static Optional<String> format(GeneratorScore score, JsonNode expected) {
    return first(
        number("blocks", score.blocks(), expected.get("tags_parsed")),
        number("tools", score.toolsValid(), expected.get("tools_valid_json")),
        number("gold", score.goldValid(), expected.get("gold_valid_json")),
        number("format", score.format(), expected.get("format")));
  }

  private static Optional<String> validity(GeneratorScore score, JsonNode expected) {
    boolean open = expected.get("question_gate").doubleValue() > 0;
    return first(
        number("validity", score.validity(), expected.get("validity")),
        open
            ? first(
                number("tool", score.toolExists(), expected.get("gold_tool_exists")),
                number("arguments", score.argsValid(), expected.get("gold_args_valid")),
                number("values", score.valuesGrounded(), expected.get("gold_values_valid")))
            : Optional.empty());
  }

  private static GeneratorScore score(Case vector, boolean thinkRequired) {
    return new GeneratorReward(GeneratorRewardConfig.published(thinkRequired))
        .score(
            SPEC,
            new TaskParser(TaskParserConfig.published(thinkRequired))
                .parse(vector.text("completion")),
            NO_PROBE,
            NO_JUDGE,
            0);
  }
}
