package toolr0.curriculum;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.same;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.prompt.PromptBuilder;
import toolr0.task.ControlSpecWeights;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The published quotas, targets, difficulty replies, confidence and training question. */
class SelectionVectorsTest {

  @Test
  void selectionAgreesWithThePublishedDataset() {
    OracleVectors.verify(
        "curriculum_selection.jsonl",
        Map.of(
            "domain_quotas", SelectionVectorsTest::quotas,
            "difficulty_targets", SelectionVectorsTest::targets,
            "difficulty_token", SelectionVectorsTest::token,
            "confidence", SelectionVectorsTest::confidence,
            "solver_question", SelectionVectorsTest::question));
  }

  private static Optional<String> quotas(Case vector) {
    SequencedMap<String, Integer> counts = new LinkedHashMap<>();
    for (JsonNode pair : vector.input().get("domain_counts").values()) {
      counts.put(pair.get(0).stringValue(), pair.get(1).intValue());
    }
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    JsonNode stated = vector.input().get("weights");
    if (stated.isString()) {
      weights.putAll(ControlSpecWeights.published().domains());
    } else {
      stated.properties().forEach(e -> weights.put(e.getKey(), e.getValue().doubleValue()));
    }
    SequencedMap<String, Integer> quotas =
        DomainQuotas.of(
            counts, weights, vector.input().get("n_final").intValue(), SelectionRule.QUOTAS);
    Map<String, Integer> positive = new LinkedHashMap<>(quotas);
    positive.values().removeIf(quota -> quota == 0);
    Map<String, Integer> expected = new LinkedHashMap<>();
    vector
        .expected()
        .get("quotas")
        .properties()
        .forEach(e -> expected.put(e.getKey(), e.getValue().intValue()));
    return first(
        same("quotas", positive, expected),
        same(
            "total",
            quotas.values().stream().mapToInt(Integer::intValue).sum(),
            vector.expected().get("total").intValue()));
  }

  private static Optional<String> targets(Case vector) {
    JsonNode mix = vector.input().get("mix");
    return same(
        "targets",
        DifficultyTargets.of(
            vector.input().get("n").intValue(),
            mix.path("easy").asDouble(0),
            mix.path("medium").asDouble(0),
            mix.path("hard").asDouble(0)),
        new DifficultyTargets(
            vector.expected().get("easy").intValue(),
            vector.expected().get("medium").intValue(),
            vector.expected().get("hard").intValue()));
  }

  private static Optional<String> token(Case vector) {
    return same(
        "difficulty",
        DifficultyReply.read(vector.text("text"), Difficulty.ofWireName(vector.text("default"))),
        new DifficultyReply(
            Difficulty.ofWireName(vector.expected().get("difficulty").stringValue()),
            vector.expected().get("used_fallback").booleanValue()));
  }

  private static Optional<String> confidence(Case vector) {
    JsonNode input = vector.input();
    OptionalDouble confidence =
        new ConfidenceBlend(input.get("enable").booleanValue(), input.get("alpha").doubleValue())
            .of(input.get("judge_used_fallback").booleanValue(), (ObjectNode) input.get("meta"));
    JsonNode expected = vector.expected().get("combined");
    return first(
        same("present", confidence.isPresent(), !expected.isNull()),
        confidence.isPresent()
            ? OracleVectors.number("confidence", confidence.getAsDouble(), expected)
            : Optional.empty());
  }

  private static Optional<String> question(Case vector) {
    String prompt =
        PromptBuilder.of(PromptBuilder.PAPER)
            .solver(vector.text("question"), (ArrayNode) vector.input().get("tools"))
            .getLast()
            .content();
    return same("prompt", prompt, vector.expected().get("prompt").stringValue());
  }
}
