package toolr0.reward;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import tools.jackson.databind.JsonNode;

/** The published difficulty curve, repetition penalty and reading of judge replies. */
class DifficultyVectorsTest {

  @Test
  void difficultyAgreesWithThePublishedReward() {
    Map<String, OracleVectors.Check> checks = new HashMap<>();
    checks.put("bandpass", DifficultyVectorsTest::band);
    checks.put("bandpass_params", DifficultyVectorsTest::band);
    checks.put("repetition", DifficultyVectorsTest::repetition);
    checks.put("judge_score", DifficultyVectorsTest::judgeScore);
    String firstCall =
        "success is an equal answer by types here, not equal canonical JSON (method 9.1.3, 9.2.21)";
    OracleVectors.verify(
        "difficulty.jsonl",
        checks,
        Map.of(
            "samples", firstCall,
            "responses", firstCall,
            "canonical", firstCall,
            "curriculum_e2e", "the judge's default score and retries are a defect (method 9.1.18)"));
  }

  private static Optional<String> band(Case vector) {
    JsonNode in = vector.input();
    DifficultyBand band =
        new DifficultyBand(
            DifficultyBand.Shape.BAND,
            in.get("p_low").doubleValue(),
            in.get("p_high").doubleValue(),
            in.get("sigma").doubleValue());
    return number(
        "reward",
        band.reward(in.get("p_success").doubleValue(), in.get("k").intValue()),
        vector.expected().get("reward"));
  }

  private static Optional<String> repetition(Case vector) {
    JsonNode in = vector.input();
    RepetitionPenalty penalty =
        new RepetitionPenalty(
            in.get("lambda").doubleValue(),
            in.get("tau").doubleValue(),
            in.get("ngram").intValue(),
            true);
    List<Optional<String>> questions = new ArrayList<>();
    in.get("questions")
        .values()
        .forEach(
            q -> questions.add(q.isNull() ? Optional.empty() : Optional.of(q.stringValue())));
    double[] penalties = penalty.penalties(questions);
    JsonNode expected = vector.expected().get("penalties");
    Optional<String> problem = same("size", penalties.length, expected.size());
    for (int i = 0; i < penalties.length; i++) {
      problem = first(problem, number("penalty " + i, penalties[i], expected.get(i)));
    }
    return problem;
  }

  private static Optional<String> judgeScore(Case vector) {
    OptionalInt score = JudgeReply.published(vector.text("response"));
    return same(
        "score",
        score.isPresent() ? Integer.toString(score.getAsInt()) : "null",
        vector.expected().get("score").toString());
  }
}
