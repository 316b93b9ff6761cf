package toolr0.curriculum;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.json;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.OracleVectors.Check;
import toolr0.base.Json;
import toolr0.reward.Agreement;
import toolr0.reward.AnswerTally;
import toolr0.reward.AnswerVerdict;
import toolr0.reward.SolverAnswer;
import toolr0.task.QuestionGate;
import toolr0.tool.CallWriter;
import toolr0.tool.PublishedAnswer;
import toolr0.tool.PythonJson;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.StringNode;

/** The published cross-verification: reading of answers, verdicts, agreement, screens. */
class VerificationVectorsTest {

  @Test
  void verificationAgreesWithThePublishedDataset() {
    Map<String, Check> checks =
        OracleVectors.forAll(
            VerificationVectorsTest::response, "style", "wrapper", "mutated", "block");
    checks.put("clean_json_blob", VerificationVectorsTest::clean);
    checks.put("normalize", VerificationVectorsTest::normalise);
    checks.put("placeholder", VerificationVectorsTest::placeholder);
    checks.put("agreement", VerificationVectorsTest::agreement);
    OracleVectors.verify("verify_normalisation.jsonl", checks);
  }

  private static Optional<String> response(Case vector) {
    JsonNode expected = vector.expected();
    List<ToolCall> gold = gold(vector);
    PublishedAnswer answer = PublishedAnswer.read(vector.text("response"));
    SolverAnswer verdict = Agreement.NAMES.compare(vector.text("response"), gold, List.of());
    return first(
        json("block", answer.block().map(StringNode::valueOf), expected.get("block")),
        json(
            "cleaned",
            answer.block().map(PublishedAnswer::clean).map(StringNode::valueOf),
            expected.get("cleaned")),
        answer.block().isPresent()
            ? same("parsed", answer.value().isPresent(), expected.get("parsed").booleanValue())
            : Optional.empty(),
        calls(answer.calls(), expected.get("normalized")),
        names(answer.names(), expected.get("names")),
        same("outcome", verdict.verdict().wireName(), expected.get("outcome").stringValue()),
        expected.has("exact_match")
            ? same(
                "exact match",
                answer.calls().filter(calls -> dump(calls).equals(dump(gold))).isPresent(),
                expected.get("exact_match").booleanValue())
            : Optional.empty());
  }

  private static Optional<String> clean(Case vector) {
    String cleaned = PublishedAnswer.clean(vector.text("text"));
    return first(
        same("cleaned", cleaned, vector.expected().get("cleaned").stringValue()),
        same(
            "parsed",
            PythonJson.parse(cleaned).filter(v -> !v.isNull()).isPresent(),
            vector.expected().get("parsed").booleanValue()));
  }

  private static Optional<String> normalise(Case vector) {
    JsonNode value = vector.input().get("calls");
    JsonNode expected = vector.expected();
    Optional<List<ToolCall>> calls = PublishedAnswer.calls(value);
    return first(
        calls(calls, expected.get("normalized")),
        names(PublishedAnswer.names(value), expected.get("names")),
        same(
            "gold",
            calls.map(VerificationVectorsTest::dump).orElse(""),
            expected.get("gold_norm").stringValue().isEmpty()
                ? ""
                : Json.canonical(Json.parse(expected.get("gold_norm").stringValue()))));
  }

  private static Optional<String> placeholder(Case vector) {
    String question = vector.text("question");
    return first(
        same(
            "verify",
            !QuestionGate.publishedVerification().passes(question),
            vector.expected().get("verify").booleanValue()),
        same(
            "select",
            !QuestionGate.publishedSelection().passes(question),
            vector.expected().get("select").booleanValue()));
  }

  private static Optional<String> agreement(Case vector) {
    List<String> samples =
        vector.input().get("samples").values().stream().map(JsonNode::stringValue).toList();
    AnswerTally tally = Agreement.NAMES.tally(samples, gold(vector), List.of());
    return first(
        number("rate", tally.rate(), vector.expected().get("rate")),
        same(
            "reason",
            tally.commonestFailure().map(AnswerVerdict::wireName).orElse("ok"),
            vector.expected().get("reason").stringValue()),
        same(
            "kept",
            tally.rate() >= DatasetConfig.published().tauVerify(),
            vector.expected().get("kept_at_0.2").booleanValue()));
  }

  private static Optional<String> calls(Optional<List<ToolCall>> actual, JsonNode expected) {
    return json(
        "normalised",
        actual.map(CallWriter::toJson),
        expected.isNull() ? expected : Json.parse(expected.stringValue()));
  }

  private static Optional<String> names(Optional<List<String>> actual, JsonNode expected) {
    return json(
        "names",
        actual.map(VerificationVectorsTest::list),
        expected.isNull() ? expected : Json.parse(expected.stringValue()));
  }

  private static ArrayNode list(List<String> texts) {
    ArrayNode list = Json.array();
    texts.forEach(list::add);
    return list;
  }

  private static String dump(List<ToolCall> calls) {
    return Json.canonical(CallWriter.toJson(calls));
  }

  private static List<ToolCall> gold(Case vector) {
    return PublishedAnswer.calls(vector.input().get("gold_calls")).orElseThrow();
  }
}
