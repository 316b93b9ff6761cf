package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.eval.Grades;
import toolr0.testsupport.JsonChanges;
import toolr0.testsupport.JsonNumbers;
import toolr0.testsupport.TimeBound;
import toolr0.testsupport.WorstCases;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** An answer's way to its verdict, with functions and possible answers that may be changed too. */
class BfclCheckerFuzzTest {
  private static final List<BfclFixtures.Sample> SAMPLES = BfclFixtures.answered();

  /** One of how many combinations is tried; prime to the number of choices of each kind. */
  private static final int STRIDE = TimeBound.holds() ? 11 : 23;

  @FuzzTest(maxDuration = "60s")
  void anyAnswerToAnyRecordGetsAVerdict(FuzzedDataProvider data) {
    BfclFixtures.Sample sample = data.pickValue(SAMPLES);
    JsonNode functions = Json.parse(sample.functions());
    JsonNode answers = Json.parse(sample.answers());
    int changed = data.consumeInt(0, 5);
    if (changed == 1 || changed == 3) {
      JsonChanges.change(functions, data);
    }
    if (changed >= 2 && changed <= 3) {
      JsonChanges.change(answers, data);
    }
    SourceLanguage language =
        changed == 4 ? data.pickValue(SourceLanguage.values()) : sample.category().language();
    AstChecker.Dispatch dispatch =
        changed == 4 ? data.pickValue(AstChecker.Dispatch.values()) : sample.category().dispatch();
    Optional<Checked> checked = Checked.of(dispatch, language, functions, answers);
    if (checked.isPresent()) {
      checked.get().judge(answer(checked.get().gold().calls(), data));
    }
  }

  /** Any text, or gold with a change, or gold with any text in place of an argument's value. */
  private static String answer(List<ToolCall> gold, FuzzedDataProvider data) {
    ArrayNode calls = CallWriter.toJson(gold).deepCopy();
    switch (data.consumeInt(0, 3)) {
      case 0 -> {
        return data.consumeRemainingAsString();
      }
      case 1 -> JsonChanges.change(calls, data);
      default -> {
        if (calls.isEmpty()
            || !(data.pickValue(List.copyOf(calls.values())).get("arguments")
                instanceof ObjectNode arguments)
            || arguments.isEmpty()) {
          return data.consumeRemainingAsString();
        }
        String key = data.pickValue(List.copyOf(arguments.propertyNames()));
        arguments.put(key, data.consumeRemainingAsString());
      }
    }
    return Json.compact(calls);
  }

  @Test
  void worstAnswersGetAVerdict() {
    for (BfclFixtures.Sample sample : SAMPLES) {
      Checked checked =
          Checked.of(
                  sample.category().dispatch(),
                  sample.category().language(),
                  Json.parse(sample.functions()),
                  Json.parse(sample.answers()))
              .orElseThrow();
      assertThat(checked.gold().unanswerable()).isEmpty();
      WorstCases.each(WorstCases.SIZE, checked::judge);
      int[] turn = {0};
      WorstCases.each(
          WorstCases.SIZE,
          text -> {
            JsonNode value = Json.tryParse(text).orElseGet(() -> StringNode.valueOf(text));
            someArguments(checked, value, turn[0]++);
            someArguments(checked, StringNode.valueOf(text), turn[0]++);
          });
    }
  }

  /** Puts a value in place of some arguments of the calls that are right, others in each turn. */
  private static void someArguments(Checked checked, JsonNode value, int turn) {
    ArrayNode calls = CallWriter.toJson(checked.gold().calls()).deepCopy();
    int number = turn;
    for (JsonNode call : calls.values()) {
      if (call.get("arguments") instanceof ObjectNode arguments) {
        for (String key : List.copyOf(arguments.propertyNames())) {
          if (number++ % STRIDE == 0) {
            JsonNode old = arguments.required(key);
            arguments.set(key, value);
            checked.judge(Json.compact(calls));
            arguments.set(key, old);
          }
        }
      }
    }
  }

  @Test
  void manyAllowedValuesAreComparedWithLongOnes() {
    int half = WorstCases.SIZE / 2;
    int number = 0;
    for (String type : List.of("string", "integer", "float", "tuple", "array", "dict", "any")) {
      for (String itemType : List.of("string", "integer", "array", "dict", "rope")) {
        for (String allowed :
            List.of(
                "1",
                "\"\"",
                "\"v%d\"",
                "\"%d\"",
                "[]",
                "[\"\"]",
                "[1,%d]",
                "[\"x\",%d]",
                "[{\"a\":[%d]}]",
                "[{\"a\":[]}]",
                "{\"a\":[%d]}",
                "{\"a\":[],\"b\":[%d]}",
                "{\"a%d\":[\"\"]}")) {
          for (String given :
              List.of(
                  "\"" + WorstCases.repeated("a b ", half) + "\"",
                  WorstCases.quoted(WorstCases.listed("\"a b %d\"", half)),
                  WorstCases.listed("\"x%d\"", half),
                  "[" + WorstCases.joined("1", half) + ",\"x\"]",
                  "[" + WorstCases.joined("\"x\"", half) + ",1]",
                  "[{\"a\":\"" + WorstCases.repeated("a b ", half) + "\"}]",
                  "{\"a\":\"" + WorstCases.repeated("a b ", half) + "\"}",
                  "{" + WorstCases.joined("\"a%d\":1", half) + "}")) {
            if (number++ % STRIDE == 0) {
              judge(
                  AstChecker.Dispatch.SIMPLE,
                  "[{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":{\"type\":\"%s\",\"items\":{\"type\":\"%s\"}}}}}]"
                      .formatted(type, itemType),
                  "[{\"f\":{\"a\":" + WorstCases.listed(allowed, half) + "}}]",
                  "[{\"name\":\"f\",\"arguments\":{\"a\":" + given + "}}]");
            }
          }
        }
      }
    }
  }

  @Test
  void manyParametersFunctionsAndKeysAreChecked() {
    int third = WorstCases.SIZE / 3;
    int most = EquivalentCheck.MOST_PAIRED;
    for (String type : List.of("string", "integer", "array", "dict")) {
      judge(
          AstChecker.Dispatch.SIMPLE,
          "[{\"name\":\"f\",\"parameters\":{\"properties\":{%s},\"required\":[%s]}}]"
              .formatted(
                  WorstCases.joined(
                      "\"a%d\":{\"type\":\"" + type + "\",\"default\":0}", third * 2 / 3),
                  WorstCases.joined("\"a%d\"", third / 3)),
          "[{\"f\":{" + WorstCases.joined("\"a%d\":[%d]", third) + "}}]",
          "[{\"name\":\"f\",\"arguments\":{" + WorstCases.joined("\"a%d\":\"%d\"", third) + "}}]");
    }
    String functions =
        WorstCases.listed("{\"name\":\"f%d\",\"parameters\":{\"properties\":{}}}", third);
    judge(
        AstChecker.Dispatch.PARALLEL,
        functions,
        WorstCases.listed("{\"f%d\":{}}", third),
        WorstCases.listed("{\"name\":\"f%d\"}", third));
    judge(
        AstChecker.Dispatch.PARALLEL,
        "[{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":{\"type\":\"string\"}}}}]",
        listed("{\"f\":{\"a\":[\"%s\"]}}", IntStream.range(0, most), third / most),
        listed(
            "{\"name\":\"f\",\"arguments\":{\"a\":\"%s\"}}",
            IntStream.range(0, most).map(i -> most - i), third / most));
    judge(
        AstChecker.Dispatch.SIMPLE,
        "[{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":%s}}}]"
            .formatted(
                "{\"type\":\"dict\",\"properties\":{\"a\":".repeat(60)
                    + "{\"type\":\"array\",\"default\":"
                    + WorstCases.listed("[]", third)
                    + "}"
                    + "}}".repeat(60)),
        "[{\"f\":{\"a\":[{}]}}]",
        "[{\"name\":\"f\",\"arguments\":{\"a\":{}}}]");
  }

  /** A JSON list of a piece for each number, with a long text that ends in it in place of %s. */
  private static String listed(String piece, IntStream numbers, int size) {
    return numbers
        .mapToObj(i -> piece.formatted(WorstCases.repeated("a b ", size) + i))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static void judge(
      AstChecker.Dispatch dispatch, String functions, String answers, String answer) {
    Optional<JsonNode> gold = Json.tryParse(answers);
    for (SourceLanguage language : SourceLanguage.values()) {
      Checked.of(dispatch, language, Json.parse(functions), gold.orElseThrow())
          .ifPresent(checked -> checked.judge(answer));
    }
  }

  /** A record as the reader makes it. */
  private record Checked(EquivalentCheck check, GoldCalls gold, int size) {

    /** No value when the record is malformed, which is said with a reason. */
    static Optional<Checked> of(
        AstChecker.Dispatch dispatch,
        SourceLanguage language,
        JsonNode functions,
        JsonNode answers) {
      int size = Json.compact(functions).length() + Json.compact(answers).length();
      return TimeBound.within(
          "reading a record", size, () -> of(dispatch, language, functions, answers, size));
    }

    private static Optional<Checked> of(
        AstChecker.Dispatch dispatch,
        SourceLanguage language,
        JsonNode functions,
        JsonNode answers,
        int size) {
      try {
        OfferedFunctions offered = OfferedFunctions.read(functions, language);
        List<PossibleAnswer> possible = PossibleAnswer.read(answers);
        if (offered.docs().isEmpty()) {
          return Optional.empty();
        }
        AstChecker checker = new AstChecker(dispatch, language, offered.docs(), possible);
        return Optional.of(
            new Checked(
                new EquivalentCheck(checker, offered.tools()), GoldCalls.of(checker), size));
      } catch (MalformedRecord e) {
        assertThat(e.reason()).isNotBlank();
        return Optional.empty();
      }
    }

    /**
     * Judges an answer: the verdict on the calls written in another way, or in another order where
     * the order does not count, is the same, and the calls can be written as source text.
     */
    void judge(String answer) {
      ParsedCalls parsed = CallParser.parse(answer);
      Grades grades = grades(parsed, answer.length());
      if (parsed instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored)) {
        assertThat(CallSource.of(calls, check.strict().language())).startsWith("[").endsWith("]");
        if (ignored == 0 && JsonNumbers.finite(calls)) {
          assertThat(grades(CallParser.parse(CallWriter.write(calls)), answer.length()))
              .as("the same calls")
              .isEqualTo(grades);
        }
        if (ignored == 0
            && check.strict().dispatch() == AstChecker.Dispatch.PARALLEL
            && calls.size() <= EquivalentCheck.MOST_PAIRED) {
          List<ToolCall> reversed = new ArrayList<>(calls);
          Collections.reverse(reversed);
          assertThat(check.accepts(reversed)).as("any order").isEqualTo(check.accepts(calls));
        }
      }
    }

    private Grades grades(ParsedCalls answer, int length) {
      Grades grades =
          TimeBound.within(
              "grading",
              size + length,
              () -> new BfclGrader(BfclCategory.Rule.AST, Optional.of(check)).grade(answer));
      assertThat(grades.strict()).isEqualTo(grades.error().isEmpty());
      assertThat(grades.error().orElse("right")).isNotBlank();
      return grades;
    }
  }
}
