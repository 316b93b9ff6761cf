package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.eval.Grades;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Verdicts of the original checker, reproduced. */
class AstCheckerVectorsTest {
  private static final Path VECTORS =
      Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "bfcl_ast.jsonl");

  @Test
  void verdictsAgreeWithTheOriginalChecker() throws IOException {
    if (!Files.isRegularFile(VECTORS)) {
      System.out.println("golden bfcl: no vectors at " + VECTORS + ", nothing checked");
      return;
    }
    List<String> disagreements = new ArrayList<>();
    SortedMap<String, int[]> counts = new TreeMap<>();
    for (String line : Files.readAllLines(VECTORS, StandardCharsets.UTF_8)) {
      JsonNode vector = Json.parse(line);
      Optional<String> problem = disagreement(vector);
      int[] count = counts.computeIfAbsent(vector.get("category").stringValue(), c -> new int[2]);
      count[0]++;
      count[1] += problem.isEmpty() ? 1 : 0;
      problem.ifPresent(p -> disagreements.add(vector.get("id").stringValue() + ": " + p));
    }
    counts.forEach(
        (category, count) ->
            System.out.printf(
                "golden %-28s %-28s cases %5d passed %5d%n",
                "bfcl_ast.jsonl", category, count[0], count[1]));
    assertThat(counts).as("categories in %s", VECTORS).isNotEmpty();
    assertThat(disagreements).isEmpty();
  }

  private static Optional<String> disagreement(JsonNode vector) {
    Grades grades = grade(vector);
    boolean valid = vector.get("valid").booleanValue();
    if (grades.strict() != valid) {
      return Optional.of(valid ? "rejected with " + grades.error() : "accepted");
    }
    Optional<String> expected =
        Optional.of(vector.get("error_type").asString("")).filter(e -> !valid);
    return grades.error().equals(expected)
        ? Optional.empty()
        : Optional.of(grades.error() + " instead of " + expected);
  }

  private static Grades grade(JsonNode vector) {
    String category = vector.get("category").stringValue();
    ParsedCalls answer = decoded(vector.get("model_output"));
    if (category.contains("relevance")) {
      BfclCategory.Rule rule = BfclCategory.valueOf(category.toUpperCase(Locale.ROOT)).rule();
      return new BfclGrader(rule, Optional.empty()).grade(answer);
    }
    SourceLanguage language =
        SourceLanguage.valueOf(vector.get("language").stringValue().toUpperCase(Locale.ROOT));
    try {
      OfferedFunctions functions = OfferedFunctions.read(vector.get("function"), language);
      List<FunctionDoc> docs = functions.docs();
      List<PossibleAnswer> answers = PossibleAnswer.read(vector.get("possible_answer"));
      if (vector.has("underscore_to_dot")) {
        docs =
            docs.stream()
                .map(d -> new FunctionDoc(d.name().replace('.', '_'), d.parameters(), d.required()))
                .toList();
        answers =
            answers.stream()
                .map(a -> new PossibleAnswer(a.function().replace('.', '_'), a.allowed()))
                .toList();
      }
      AstChecker checker =
          new AstChecker(AstChecker.Dispatch.of(category), language, docs, answers);
      return new BfclGrader(
              BfclCategory.Rule.AST, Optional.of(new EquivalentCheck(checker, functions.tools())))
          .grade(answer);
    } catch (MalformedRecord e) {
      throw new AssertionError(vector.get("id") + ": " + e.reason(), e);
    }
  }

  /** What a decoder gives on: a list of objects with one key each, whose value is an object. */
  private static ParsedCalls decoded(JsonNode output) {
    List<ToolCall> calls = new ArrayList<>();
    if (output instanceof ArrayNode list) {
      for (JsonNode element : list.values()) {
        if (element instanceof ObjectNode call
            && call.size() == 1
            && call.values().iterator().next() instanceof ObjectNode arguments) {
          calls.add(
              new ToolCall(
                  call.propertyNames().iterator().next(), (ObjectNode) withTuples(arguments)));
        }
      }
      if (calls.size() == list.size()) {
        return new ParsedCalls.Calls(calls, 0);
      }
    }
    return new ParsedCalls.Unusable(true, "not a list of calls");
  }

  private static JsonNode withTuples(JsonNode value) {
    return switch (value) {
      case ObjectNode object when object.get("__tuple__") instanceof ArrayNode elements ->
          PythonClass.tuple((ArrayNode) withTuples(elements));
      case ObjectNode object -> {
        ObjectNode result = Json.object();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
          result.set(entry.getKey(), withTuples(entry.getValue()));
        }
        yield result;
      }
      case ArrayNode list -> {
        ArrayNode result = Json.array();
        list.values().forEach(item -> result.add(withTuples(item)));
        yield result;
      }
      default -> value;
    };
  }
}
