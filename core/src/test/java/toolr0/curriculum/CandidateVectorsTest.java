package toolr0.curriculum;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.json;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.OracleVectors.Check;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.Fingerprint;
import toolr0.task.PublishedTasks;
import toolr0.task.QualityScore;
import toolr0.task.TaskReading;
import tools.jackson.databind.JsonNode;

/** The published validation of candidates, their fingerprints, quality and deduplication. */
class CandidateVectorsTest {
  private static final ControlSpec SPEC = new ControlSpec("any", ContextType.SINGLE_TURN, 1, 1);
  private static final PublishedTasks TASKS = new PublishedTasks();

  @Test
  void validationAgreesWithThePublishedDataset() {
    Map<String, Check> checks =
        OracleVectors.forAll(
            CandidateVectorsTest::completion,
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
    checks.put("dedup_stage", CandidateVectorsTest::deduplication);
    OracleVectors.verify("candidate_validation.jsonl", checks);
  }

  private static Optional<String> completion(Case vector) {
    JsonNode expected = vector.expected();
    return switch (TASKS.validate(vector.text("completion"))) {
      case TaskReading.Rejected(String reason, String _, boolean _) ->
          same("reason", reason, expected.get("reason").stringValue());
      case TaskReading.Accepted accepted ->
          first(
              same("reason", "ok", expected.get("reason").stringValue()),
              expected.has("question") ? accepted(accepted, expected) : Optional.empty());
    };
  }

  private static Optional<String> accepted(TaskReading.Accepted accepted, JsonNode expected) {
    Fingerprint fingerprint = Fingerprint.of(accepted.task());
    JsonNode wanted = expected.get("fingerprints");
    return first(
        same("question", accepted.task().question(), expected.get("question").stringValue()),
        json("tools", Optional.of(accepted.tools()), expected.get("tools")),
        json("calls", Optional.of(accepted.calls()), expected.get("calls")),
        same("q_fp", fingerprint.question(), wanted.get("q_fp").stringValue()),
        same("tool_fp", fingerprint.tools(), wanted.get("tool_fp").stringValue()),
        same("call_fp", fingerprint.calls(), wanted.get("call_fp").stringValue()),
        same("combo_fp", fingerprint.combined(), wanted.get("combo_fp").stringValue()),
        number("quality", QualityScore.of(accepted.task()), expected.get("quality_score")));
  }

  private static Optional<String> deduplication(Case vector) {
    List<Candidate> candidates = new ArrayList<>();
    for (JsonNode completion : vector.input().get("completions").values()) {
      candidates.add(Candidate.of(candidates.size(), SPEC, completion.stringValue(), false, TASKS));
    }
    List<Integer> kept =
        Deduplicator.kept(
            candidates,
            part(vector.text("dedup_by")),
            vector.input().get("keep_per_fingerprint").intValue());
    return first(
        same(
            "reasons",
            candidates.stream().map(c -> c.task().isPresent() ? "ok" : c.reason()).toList(),
            vector.expected().get("reasons").values().stream().map(JsonNode::stringValue).toList()),
        same(
            "kept",
            kept,
            vector.expected().get("kept_indices").values().stream()
                .map(JsonNode::intValue)
                .toList()));
  }

  private static Fingerprint.Part part(String key) {
    return switch (key) {
      case "q_fp" -> Fingerprint.Part.QUESTION;
      case "tool_fp" -> Fingerprint.Part.TOOLS;
      case "call_fp" -> Fingerprint.Part.CALLS;
      case "combo_fp" -> Fingerprint.Part.COMBINED;
      default -> throw new IllegalArgumentException(key.toUpperCase(Locale.ROOT));
    };
  }
}
