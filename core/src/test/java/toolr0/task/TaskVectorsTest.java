package toolr0.task;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.base.Json;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolMenus;
import tools.jackson.databind.JsonNode;

/** The published grounding of values, fingerprints and quality score. */
class TaskVectorsTest {

  @Test
  void groundingAgreesWithThePublishedReward() {
    String other = "checked with the reward, in GeneratorVectorsTest";
    Map<String, String> leftOut = new HashMap<>();
    for (String category :
        List.of("layout", "tools", "gold", "placeholder", "task", "schema", "multi_call")) {
      leftOut.put(category, other);
    }
    OracleVectors.verify(
        "generator_validity.jsonl", Map.of("grounding", TaskVectorsTest::grounding), leftOut);
  }

  @Test
  void fingerprintsAndQualityAgreeWithThePublishedDataset() {
    Map<String, OracleVectors.Check> checks = new HashMap<>();
    for (String category :
        List.of(
            "plain",
            "tools_mutated",
            "calls_mutated",
            "calls_text",
            "tools_text",
            "layout",
            "question",
            "cjk",
            "echo",
            "edge",
            "unicode",
            "fingerprint_pairs")) {
      checks.put(category, new AcceptedTasks());
    }
    OracleVectors.verify(
        "candidate_validation.jsonl",
        checks,
        Map.of("dedup_stage", "similar questions are duplicates here too (method 9.3.30)"));
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

  /**
   * Checks fingerprints and quality of the tasks that the published code accepted, from its own
   * normalised parts. Which tasks are accepted follows other rules here (method 9.1.12, 9.2.24,
   * 9.3.31 to 9.3.34), and a tool that requires a parameter it does not have is no tool (9.3.33).
   */
  private static final class AcceptedTasks implements OracleVectors.Check {
    @Override
    public boolean covers(Case vector) {
      return vector.expected().get("accepted").booleanValue()
          && !vector.tags().contains("top_required_unknown");
    }

    @Override
    public Optional<String> disagreement(Case vector) {
      return accepted(vector);
    }
  }

  private static Optional<String> accepted(Case vector) {
    JsonNode expected = vector.expected();
    if (!(ToolMenus.read(expected.get("tools")) instanceof ParsedMenu.Menu menu)) {
      return Optional.of("menu is " + ToolMenus.read(expected.get("tools")));
    }
    if (!(CallParser.parse(Json.compact(expected.get("calls")))
        instanceof ParsedCalls.Calls calls)) {
      return Optional.of("calls are not usable");
    }
    Task task = new Task(expected.get("question").stringValue(), menu.tools(), calls.calls());
    Fingerprint fingerprint = Fingerprint.of(task);
    JsonNode wanted = expected.get("fingerprints");
    return first(
        same("question", fingerprint.question(), wanted.get("q_fp").stringValue()),
        same("tools", fingerprint.tools(), wanted.get("tool_fp").stringValue()),
        same("calls", fingerprint.calls(), wanted.get("call_fp").stringValue()),
        same("combined", fingerprint.combined(), wanted.get("combo_fp").stringValue()),
        number("quality", QualityScore.of(task), expected.get("quality_score")));
  }
}
