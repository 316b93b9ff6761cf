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
