package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallMatcherTest {
  private static final SoftMatchConfig SOFT = SoftMatchConfig.standard();
  private static final List<ToolSpec> MENU =
      List.of(
          new ToolSpec(
              "f",
              "does f",
              List.of(
                  new Parameter("x", "number", "", true, List.of()),
                  new Parameter("u", "string", "", false, List.of("km", "mi")))));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"x\": 5}|{\"x\": 5.0}|true",
        "{\"x\": 5}|{\"x\": \"5\"}|false",
        "{\"x\": true}|{\"x\": 1}|false",
        "{\"x\": 19.990}|{\"x\": 19.99}|true",
        "{\"x\": 12345678901234567890}|{\"x\": 12345678901234567891}|false",
        "{\"x\": \"a  b\"}|{\"x\": \" a b\"}|true",
        "{\"x\": \"A\"}|{\"x\": \"a\"}|false",
        "{\"u\": \"KM\"}|{\"u\": \"km\"}|true",
        "{\"x\": \"e\u0301\"}|{\"x\": \"\u00e9\"}|true",
        "{\"x\": [1, 2]}|{\"x\": [2, 1]}|false",
        "{\"x\": {\"a\": 1, \"b\": 2}}|{\"x\": {\"b\": 2.0, \"a\": 1}}|true",
        "{\"x\": null}|{}|false",
        "{\"x\": 1, \"y\": 2}|{\"x\": 1}|false"
      })
  void strictComparesValuesByType(String predicted, String gold, boolean equal) {
    assertThat(CallMatcher.strict(List.of(call("f", predicted)), List.of(call("f", gold)), MENU))
        .isEqualTo(equal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"n\": 85}|{\"n\": \"85\"}|true",
        "{\"n\": 85.0}|{\"n\": \"85\"}|true",
        "{\"n\": \" +85 \"}|{\"n\": 85}|true",
        "{\"n\": 85.5}|{\"n\": 85}|false",
        "{\"n\": \"eighty-five\"}|{\"n\": 85}|false",
        "{\"x\": \"1.50\"}|{\"x\": 1.5}|true",
        "{\"x\": \"1e3\"}|{\"x\": 1000}|true",
        "{\"s\": 5}|{\"s\": \"5\"}|true",
        "{\"s\": 5.0}|{\"s\": \"5\"}|false",
        "{\"b\": \"True\"}|{\"b\": true}|true",
        "{\"b\": \"yes\"}|{\"b\": true}|false",
        "{\"l\": \"['a', 'b']\"}|{\"l\": [\"a\", \"b\"]}|true",
        "{\"l\": [1, 2]}|{\"l\": [\"1\", \"2\"]}|true",
        "{\"l\": [1, 2]}|{\"l\": [2, 1]}|false",
        "{\"d\": 10}|{}|true",
        "{}|{\"d\": \"10\"}|true",
        "{\"d\": 11}|{}|false",
        "{\"n\": 1}|{}|false",
        "{\"unknown\": 5}|{\"unknown\": \"5\"}|false"
      })
  void equivalentReadsArgumentsAsTheSchemaMeansThem(String predicted, String gold, boolean equal) {
    List<ToolSpec> menu =
        ToolMenus.parse(
                    """
                [{"name": "f", "description": "", "parameters": {
                   "n": {"type": "integer"}, "x": {"type": "number"}, "s": {"type": "string"},
                   "b": {"type": "boolean"}, "l": {"type": "array", "items": {"type": "string"}},
                   "d": {"type": "integer", "default": 10}}}]\
                """)
                instanceof ParsedMenu.Menu(List<ToolSpec> tools)
            ? tools
            : List.of();
    assertThat(menu).hasSize(1);
    List<ToolCall> a = List.of(call("f", predicted));
    List<ToolCall> b = List.of(call("f", gold));
    assertThat(CallMatcher.equivalent(a, b, menu)).isEqualTo(equal);
    assertThat(CallMatcher.equivalent(b, a, menu)).isEqualTo(equal);
  }

  @Test
  void publishedTakesTheFirstCallThatFitsByPythonsEquality() {
    ToolCall text = call(" f ", "{\"x\":\"5\"}");
    ToolCall number = call("f", "{\"x\":5}");
    assertThat(CallMatcher.published(List.of(text), List.of(number))).isTrue();
    assertThat(CallMatcher.published(List.of(call("f", "{\"x\":\"5.0\"}")), List.of(number)))
        .isFalse();
    assertThat(
            CallMatcher.published(
                List.of(call("f", "{\"x\":true}")), List.of(call("f", "{\"x\":1}"))))
        .isTrue();
    assertThat(CallMatcher.published(List.of(call("F", "{\"x\":5}")), List.of(number))).isFalse();
    assertThat(CallMatcher.published(List.of(call("f", "{\"x\":5,\"y\":1}")), List.of(number)))
        .isFalse();
    ToolCall other = call("g", "{}");
    assertThat(CallMatcher.published(List.of(other, text), List.of(number, other))).isTrue();
    assertThat(CallMatcher.published(List.of(text, text), List.of(number))).isFalse();
    assertThat(CallMatcher.published(List.of(), List.of())).isTrue();
    assertThat(CallMatcher.published(List.of(text), List.of())).isFalse();
  }

  @Test
  void strictIgnoresTheOrderOfCallsButNotTheirNumber() {
    ToolCall a = call("f", "{\"x\":1}");
    ToolCall b = call("g", "{}");
    assertThat(CallMatcher.strict(List.of(b, a), List.of(a, b), MENU)).isTrue();
    assertThat(CallMatcher.strict(List.of(a, a), List.of(a, b), MENU)).isFalse();
    assertThat(CallMatcher.strict(List.of(a, a), List.of(a), MENU)).isFalse();
    assertThat(CallMatcher.strict(List.of(a), List.of(a, a), MENU)).isFalse();
  }

  @Test
  void onlyTheEmptyAnswerIsRightWhenNoToolFits() {
    assertThat(CallMatcher.strict(List.of(), List.of(), MENU)).isTrue();
    assertThat(CallMatcher.strict(List.of(call("f", "{}")), List.of(), MENU)).isFalse();
    assertThat(CallMatcher.soft(List.of(), List.of(), MENU, SOFT).accuracy()).isEqualTo(1);
    assertThat(CallMatcher.soft(List.of(call("f", "{}")), List.of(), MENU, SOFT).accuracy())
        .isZero();
    assertThat(CallMatcher.soft(List.of(), List.of(call("f", "{}")), MENU, SOFT).accuracy())
        .isZero();
  }

  @Test
  void theWrongToolEarnsNothingForItsArguments() {
    SoftScore score =
        CallMatcher.soft(
            List.of(call("g", "{\"x\":1}")), List.of(call("f", "{\"x\":1}")), MENU, SOFT);
    assertThat(score.accuracy()).isZero();
    SoftScore published =
        CallMatcher.soft(
            List.of(call("g", "{\"x\":1}")),
            List.of(call("f", "{\"x\":1}")),
            MENU,
            SoftMatchConfig.published());
    assertThat(published.accuracy()).isEqualTo(0.8, within(1e-12));
  }

  @Test
  void leavingOutAnArgumentCostsItsValueToo() {
    SoftScore score =
        CallMatcher.soft(
            List.of(call("f", "{\"x\":1}")),
            List.of(call("f", "{\"x\":1,\"u\":\"km\"}")),
            MENU,
            SOFT);
    assertThat(score.keyScore()).isEqualTo(2.0 / 3, within(1e-12));
    assertThat(score.valueScore()).isEqualTo(0.5, within(1e-12));
    assertThat(score.accuracy()).isEqualTo(0.2 + 0.2 + 0.25, within(1e-12));
  }

  @Test
  void eachExtraCallCosts() {
    ToolCall gold = call("f", "{\"x\":1}");
    SoftScore score =
        CallMatcher.soft(List.of(gold, gold, call("g", "{}")), List.of(gold), MENU, SOFT);
    assertThat(score.extraCalls()).isEqualTo(2);
    assertThat(score.accuracy()).isEqualTo(1 / 1.5, within(1e-12));
  }

  @Test
  void anExactMatchHasFullAccuracyAndNothingElseHas() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2000; i++) {
      List<ToolCall> gold = randomCalls(random);
      List<ToolCall> predicted = random.nextInt(3) == 0 ? gold.reversed() : randomCalls(random);
      boolean exact = CallMatcher.strict(predicted, gold, MENU);
      double accuracy = CallMatcher.soft(predicted, gold, MENU, SOFT).accuracy();
      assertThat(accuracy).isBetween(0.0, 1.0);
      assertThat(accuracy > 1 - 1e-12).as("%s against %s", predicted, gold).isEqualTo(exact);
    }
  }

  @Test
  void theOptimalAssignmentIsTheBestOfAll() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 500; i++) {
      int rows = 1 + random.nextInt(5);
      int columns = random.nextInt(6);
      double[][] scores = new double[rows][columns];
      for (double[] row : scores) {
        for (int j = 0; j < columns; j++) {
          row[j] = random.nextInt(4) / 4.0;
        }
      }
      int[] chosen = Assignments.optimal(scores);
      assertThat(chosen).hasSize(rows);
      double sum = sum(scores, chosen);
      assertThat(sum).isEqualTo(best(scores, 0, new boolean[columns]), within(1e-9));
      assertThat(sum).isGreaterThanOrEqualTo(sum(scores, Assignments.greedy(scores)) - 1e-9);
    }
  }

  @Test
  void theOrderOfGoldCallsDoesNotMatter() {
    List<ToolCall> gold = List.of(call("f", "{\"x\":1}"), call("f", "{\"x\":1,\"u\":\"km\"}"));
    List<ToolCall> predicted = List.of(call("f", "{\"x\":1,\"u\":\"km\"}"), call("f", "{\"x\":2}"));
    double one = CallMatcher.soft(predicted, gold, MENU, SOFT).accuracy();
    double other = CallMatcher.soft(predicted, gold.reversed(), MENU, SOFT).accuracy();
    assertThat(one).isEqualTo(other, within(1e-12));
  }

  private static double sum(double[][] scores, int[] chosen) {
    boolean[] used = new boolean[scores[0].length];
    double sum = 0;
    for (int row = 0; row < chosen.length; row++) {
      if (chosen[row] >= 0) {
        assertThat(used[chosen[row]]).isFalse();
        used[chosen[row]] = true;
        sum += scores[row][chosen[row]];
      }
    }
    return sum;
  }

  private static double best(double[][] scores, int row, boolean[] used) {
    if (row == scores.length) {
      return 0;
    }
    double best = best(scores, row + 1, used);
    for (int j = 0; j < used.length; j++) {
      if (!used[j]) {
        used[j] = true;
        best = Math.max(best, scores[row][j] + best(scores, row + 1, used));
        used[j] = false;
      }
    }
    return best;
  }

  private static List<ToolCall> randomCalls(SplittableRandom random) {
    return java.util.stream.Stream.generate(
            () ->
                call(
                    random.nextBoolean() ? "f" : "g",
                    switch (random.nextInt(4)) {
                      case 0 -> "{}";
                      case 1 -> "{\"x\":" + random.nextInt(2) + "}";
                      case 2 -> "{\"x\":" + random.nextInt(2) + ",\"u\":\"km\"}";
                      default -> "{\"u\":\"mi\"}";
                    }))
        .limit(random.nextInt(4))
        .toList();
  }

  private static ToolCall call(String name, String arguments) {
    return new ToolCall(name, toolr0.base.Json.parseObject(arguments));
  }
}
