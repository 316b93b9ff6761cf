package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;
import toolr0.base.Json;
import toolr0.tool.CallParser;

/** Hostile literals, answers and records end in a verdict, and soon. */
class BfclRobustnessTest {
  private static final int LENGTH = 100_000;
  private static final long MOST_MILLIS = 50;
  private static final List<String> SEEDS =
      List.of(
          "new int[]{1, 2}",
          "new ArrayList<>(Arrays.asList(\"a\", \"b\"))",
          "new ArrayList<Integer>() {{ add(1); add(2); }}",
          "new HashMap<String, Object>() {{ put(\"k\", \"v\"); put(\"n\", 1.5f); }}",
          "[[1, 2], [3, \"x\"]]",
          "new Array([1], [2])",
          "{\"k\": \"v\", \"l\": [1, 2], \"n\": {\"m\": 1}}",
          "-12.5e3f",
          "99n");
  private static final List<String> PIECES =
      List.of(
          "new ",
          "new int[]{",
          "new ArrayList<>(Arrays.asList(1",
          "new ArrayList<>() {{ add(1",
          "new HashMap<>",
          "put(\"a\",",
          "put(\"a\",1)",
          "put(\"\n",
          "[",
          "[1],",
          "],[",
          "[1\n],",
          "{a:1,",
          ": ,",
          "\",",
          "1",
          "1_",
          " ",
          "\n",
          "(");
  private static final List<String> OPENINGS =
      List.of("", "[", "[[", "{", "new Array([", "new HashMap<>(){{", "new ArrayList<>(){{");
  private static final List<String> CLOSINGS = List.of("", "]]", "))", "}}");
  private static final List<String> JAVA =
      List.of("integer", "double", "Array", "ArrayList", "HashMap");
  private static final List<String> JAVASCRIPT = List.of("integer", "float", "array", "dict");

  private static void convertAll(String text) {
    try {
      for (String type : JAVA) {
        assertThat(JavaLiterals.convert(text, type, Optional.of("String"))).isNotNull();
      }
      for (String type : JAVASCRIPT) {
        for (String itemType : List.of("String", "array", "dict")) {
          assertThat(JavaScriptLiterals.convert(text, type, Optional.of(itemType))).isNotNull();
        }
      }
    } catch (CheckerCrash crash) {
      assertThat(crash.error().spelling()).startsWith("checker_exception:");
    }
  }

  @Test
  void changedLiteralsAreConvertedOrStayText() {
    Mutations.run(SEEDS, 5, 20_000, BfclRobustnessTest::convertAll);
  }

  @Test
  void longLiteralsTakeLinearTime() {
    long most = MOST_MILLIS * (JAVA.size() + 3 * JAVASCRIPT.size());
    for (String opening : OPENINGS) {
      for (String piece : PIECES) {
        for (String closing : CLOSINGS) {
          String text = opening + piece.repeat(LENGTH / piece.length()) + closing;
          long millis = millis(text);
          assertThat(millis < most ? millis : millis(text))
              .as(opening + " " + piece + " " + closing)
              .isLessThan(most);
        }
      }
    }
  }

  private static long millis(String text) {
    long start = System.nanoTime();
    convertAll(text);
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Test
  void longAndDeepAnswersGetAVerdict() {
    AstChecker checker =
        Records.oneArgument(SourceLanguage.PYTHON, "{\"type\": \"dict\"}", "[{\"k\": [1]}]");
    BfclGrader grader =
        new BfclGrader(BfclCategory.Rule.AST, Optional.of(new EquivalentCheck(checker, List.of())));
    for (String answer :
        List.of(
            "[".repeat(10_000),
            "[{\"name\": \"f\", \"arguments\": {\"a\": " + "{\"k\": ".repeat(10_000),
            "[{\"name\": \"f\", \"arguments\": {\"a\": \"" + "(".repeat(LENGTH) + "\"}}]",
            "[" + "{\"name\": \"f\", \"arguments\": {}}, ".repeat(3_000) + "{}]")) {
      assertThat(grader.grade(CallParser.parse(answer)).strict()).isFalse();
    }
  }

  @Test
  void changedRecordsAreReadOrNamed() {
    String record =
        "{\"question\": [[{\"role\": \"user\", \"content\": \"Q\"}]], \"function\": [{\"name\": \"f\", \"parameters\": {\"properties\":"
            + " {\"a\": {\"type\": \"array\", \"items\": {\"type\": \"dict\"}}}, \"required\": [\"a\"]}}],"
            + " \"ground_truth\": [{\"f\": {\"a\": [[{\"k\": [1, \"\"]}], \"\"]}}]}";
    Mutations.run(
        List.of(record),
        7,
        20_000,
        text ->
            Json.tryParse(text)
                .ifPresent(
                    json -> {
                      try {
                        assertThat(QuestionText.of(json.get("question"))).isNotNull();
                        OfferedFunctions functions =
                            OfferedFunctions.read(json.get("function"), SourceLanguage.PYTHON);
                        List<PossibleAnswer> answers =
                            PossibleAnswer.read(json.get("ground_truth"));
                        if (!functions.docs().isEmpty()) {
                          GoldCalls gold =
                              GoldCalls.of(
                                  new AstChecker(
                                      AstChecker.Dispatch.PARALLEL,
                                      SourceLanguage.PYTHON,
                                      functions.docs(),
                                      answers));
                          assertThat(gold.calls()).hasSize(answers.size());
                        }
                      } catch (MalformedRecord e) {
                        assertThat(e.reason()).isNotBlank();
                      }
                    }));
  }

  @Test
  void aNumberWithTooManyDigitsIsWrong() {
    AstChecker checker = Records.oneArgument(SourceLanguage.JAVA, "{\"type\": \"integer\"}", "[5]");
    assertThat(Records.verdictOn(checker, "\"" + "9".repeat(LENGTH) + "\""))
        .isEqualTo("checker_exception:ValueError");
  }
}
