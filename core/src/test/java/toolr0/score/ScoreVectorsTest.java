package toolr0.score;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.json;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.OracleVectors.Check;
import toolr0.base.Json;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.Preset;
import toolr0.selfplay.SelfPlayConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The published values as the lines of {@code score --preset paper} give them. */
class ScoreVectorsTest {
  private static final SelfPlayConfig PAPER = Preset.PAPER.config("m");

  /** The preset with every call judged, as the later published version does. */
  private static final SelfPlayConfig ALL_CALLS = allCalls();

  /** The preset with the think block optional, as the values of its first version are stated. */
  private static final SelfPlayConfig THINK_OPTIONAL = thinkOptional();

  /** What a completion without its think block earns where one is required. */
  private static final JsonNode NOTHING =
      Json.object()
          .put("gold_tool_exists", 0.0)
          .put("gold_args_valid", 0.0)
          .put("gold_values_valid", 0.0)
          .put("validity", 0.0);

  private static SelfPlayConfig allCalls() {
    ObjectNode tree = ConfigJson.toJson(PAPER);
    ((ObjectNode) tree.required("task").required("parser")).put("judged_calls", "all");
    ((ObjectNode) tree.required("reward").required("generator")).put("grounding", "published");
    ((ObjectNode) tree.required("probe")).put("agreement", "ordered_json");
    return ConfigJson.fromJson(tree);
  }

  private static LineScore score(ScoreRole role, SelfPlayConfig config, ObjectNode line) {
    return role.scorer(config).score(line);
  }

  private static double part(LineScore score, String name) {
    return score.parts().getOrDefault(name, Double.NaN);
  }

  @Test
  void solverLinesEarnThePublishedAccuracy() {
    Map<String, Check> checks = new HashMap<>();
    for (String category :
        ("value_nullish value_five value_dict value_unicode_digits value_list value_long value_cross"
                + " value_big value_string value_one value_zero value_unicode value_decimal"
                + " value_negative value_date raw_literal clean_style mutated style wrapper"
                + " rich_gold greedy greedy_random")
            .split(" ")) {
      checks.put(category, ScoreVectorsTest::accuracy);
    }
    checks.put("gold_text", ScoreVectorsTest::accuracy);
    OracleVectors.verifySome("solver_accuracy.jsonl", checks);
  }

  private static Optional<String> accuracy(Case vector) {
    ObjectNode line = Json.object();
    line.put("completion", vector.text("completion"));
    line.set("gold_calls", vector.input().get(vector.input().has("gold") ? "gold" : "gold_text"));
    JsonNode expected = vector.expected().get("think_required").get("reward");
    try {
      LineScore score = score(ScoreRole.SOLVER, PAPER, line);
      return first(
          number("accuracy", part(score, "accuracy"), expected),
          same("reasons", score.reasons().isEmpty(), false));
    } catch (LineException e) {
      return vector.input().has("gold")
          ? Optional.of(e.toString())
          : number("accuracy of unreadable gold", 0, expected);
    }
  }

  @Test
  void generatorLinesEarnThePublishedValidity() {
    Map<String, Check> checks =
        OracleVectors.forAll(
            ScoreVectorsTest::validity,
            "layout",
            "tools",
            "gold",
            "placeholder",
            "task",
            "schema",
            "multi_call");
    OracleVectors.verifySome("generator_validity.jsonl", checks);
  }

  private static SelfPlayConfig thinkOptional() {
    ObjectNode tree = ConfigJson.toJson(PAPER);
    ((ObjectNode) tree.required("task").required("parser")).put("think_required", false);
    ((ObjectNode) tree.required("reward").required("generator")).put("think_required", false);
    return ConfigJson.fromJson(tree);
  }

  private static Optional<String> validity(Case vector) {
    ObjectNode line = Json.object().put("completion", vector.text("completion"));
    JsonNode first = vector.expected().get("first_call_only");
    LineScore optional = score(ScoreRole.GENERATOR, THINK_OPTIONAL, line);
    LineScore paper = score(ScoreRole.GENERATOR, PAPER, line);
    boolean thinkMissing = part(optional, "blocks") > part(paper, "blocks");
    return first(
        OracleVectors.in(
            "every call",
            validity(
                score(ScoreRole.GENERATOR, ALL_CALLS, line),
                vector.expected().get("think_required"))),
        OracleVectors.in("first call, think optional", validity(optional, first)),
        OracleVectors.in(
            "preset paper", thinkMissing ? validity(paper, NOTHING) : validity(paper, first)));
  }

  private static Optional<String> validity(LineScore score, JsonNode expected) {
    if (expected.has("exception")) {
      return same("scored", score.reward().isPresent(), false);
    }
    return first(
        same("scored", score.reward().isPresent(), true),
        number("tool", part(score, "tool_exists"), expected.get("gold_tool_exists")),
        number("arguments", part(score, "args_valid"), expected.get("gold_args_valid")),
        number("values", part(score, "values_grounded"), expected.get("gold_values_valid")),
        number("validity", part(score, "validity"), expected.get("validity")),
        same("reasons", score.reasons().isEmpty(), false));
  }

  @Test
  void generatorLinesEarnThePublishedCurriculum() {
    OracleVectors.verifySome(
        "difficulty.jsonl", Map.of("curriculum_e2e", ScoreVectorsTest::curriculum));
  }

  private static Optional<String> curriculum(Case vector) {
    ObjectNode line = Json.object().put("completion", vector.text("completion"));
    line.set("solver_answers", vector.input().get("solver_responses"));
    line.set("judge_reply", vector.input().get("judge_responses"));
    LineScore score = score(ScoreRole.GENERATOR, ALL_CALLS, line);
    double judge = score.parts().getOrDefault("judge", 0.0);
    return number(
        "curriculum",
        0.5 * part(score, "difficulty") + 0.5 * judge,
        vector.expected().get("think_required").get("curriculum"));
  }

  @Test
  void candidateLinesAreAcceptedAsPublished() {
    Map<String, Check> checks =
        OracleVectors.forAll(
            ScoreVectorsTest::candidate,
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
            "fingerprint_pairs");
    OracleVectors.verifySome("candidate_validation.jsonl", checks);
  }

  private static Optional<String> candidate(Case vector) {
    ObjectNode line = Json.object().put("completion", vector.text("completion"));
    LineScore score = score(ScoreRole.CANDIDATE, PAPER, line);
    JsonNode expected = vector.expected();
    boolean accepted = expected.get("accepted").booleanValue();
    String reason = expected.get("reason").stringValue();
    boolean blank = vector.text("completion").isBlank();
    return first(
        number("reward", score.reward().orElseThrow(), Json.parse(accepted ? "1" : "0")),
        accepted || blank
            ? Optional.empty()
            : same("reason", score.reasons().getFirst().code(), reason),
        expected.has("tools")
            ? json("tools", Optional.of(score.more().required("tools")), expected.get("tools"))
            : Optional.empty(),
        expected.has("quality_score")
            ? number("quality", part(score, "quality_score"), expected.get("quality_score"))
            : Optional.empty());
  }

  @Test
  void verifyLinesAgreeAsPublished() {
    Map<String, Check> checks =
        OracleVectors.forAll(ScoreVectorsTest::verify, "style", "wrapper", "mutated", "block");
    checks.put("agreement", ScoreVectorsTest::agreement);
    OracleVectors.verifySome("verify_normalisation.jsonl", checks);
  }

  private static Optional<String> verify(Case vector) {
    ObjectNode line = Json.object().put("response", vector.text("response"));
    line.set("gold_calls", vector.input().get("gold_calls"));
    return same(
        "outcome",
        score(ScoreRole.VERIFY, PAPER, line).more().required("outcomes").get(0).stringValue(),
        vector.expected().get("outcome").stringValue());
  }

  private static Optional<String> agreement(Case vector) {
    if (vector.input().get("samples").isEmpty()) {
      return Optional.empty();
    }
    ObjectNode line = Json.object();
    line.set("responses", vector.input().get("samples"));
    line.set("gold_calls", vector.input().get("gold_calls"));
    LineScore score = score(ScoreRole.VERIFY, PAPER, line);
    return first(
        number("rate", score.reward().orElseThrow(), vector.expected().get("rate")),
        same(
            "kept",
            score.more().required("kept").booleanValue(),
            vector.expected().get("kept_at_0.2").booleanValue()));
  }
}
