package toolr0.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;

class GeneratorRewardTest {
  private static final ControlSpec SPEC = new ControlSpec("weather", ContextType.SINGLE_TURN, 1, 1);
  private static final ControlSpec NO_CALL_SPEC =
      new ControlSpec("weather", ContextType.SINGLE_TURN, 1, 0);
  private static final ProbeOutcome HALF = new ProbeOutcome.Scored(4, 8);
  private static final JudgeOutcome GOOD = new JudgeOutcome.Scored(5);
  private static final String TOOLS =
      "[{\"name\":\"get_weather\",\"description\":\"Weather of a city\","
          + "\"parameters\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}]";

  private final GeneratorReward reward = new GeneratorReward(GeneratorRewardConfig.standard());

  @Test
  void aSoundTaskOfTheRightDifficultyEarnsEverything() {
    GeneratorScore score = reward.score(SPEC, completion("Rome"), HALF, GOOD, 0);
    assertThat(score.format()).isEqualTo(1, within(1e-12));
    assertThat(score.validity()).isEqualTo(1, within(1e-12));
    assertThat(score.spec().mean()).isEqualTo(1, within(1e-12));
    assertThat(score.difficulty()).isEqualTo(1, within(1e-12));
    assertThat(score.total().getAsDouble()).isEqualTo(0.5 + 1 + 0.5 + 1 + 0.25, within(1e-12));
  }

  @Test
  void anUngroundedValueCostsValidityAndThroughItDifficulty() {
    GeneratorScore score = reward.score(SPEC, completion("Oslo"), HALF, GOOD, 0);
    assertThat(score.valuesGrounded()).isZero();
    assertThat(score.validity()).isEqualTo(0.8, within(1e-12));
    assertThat(score.difficulty()).isEqualTo(0.8, within(1e-12));
  }

  @Test
  void whatCannotBeReadEarnsWhatItsPartsEarn() {
    ProbeOutcome none = new ProbeOutcome.NotApplicable("no task");
    JudgeOutcome unjudged = new JudgeOutcome.NotApplicable("no task");
    GeneratorScore nothing = reward.score(SPEC, parse("hello"), none, unjudged, 0);
    assertThat(nothing.total()).hasValue(0);
    GeneratorScore badTools =
        reward.score(
            SPEC,
            parse(text("What is the weather like in Rome?", "nope", answer("Rome"))),
            none,
            unjudged,
            0);
    assertThat(badTools.format()).isEqualTo(2.0 / 3, within(1e-12));
    assertThat(badTools.valuesGrounded()).isEqualTo(1, within(1e-12));
    assertThat(badTools.toolExists()).isZero();
    GeneratorScore sound = reward.score(SPEC, completion("Rome"), none, unjudged, 0);
    assertThat(nothing.total().getAsDouble()).isLessThan(badTools.total().getAsDouble());
    assertThat(badTools.total().getAsDouble()).isLessThan(sound.total().getAsDouble());
  }

  @Test
  void aPlaceholderQuestionEarnsNothing() {
    ParsedTask parsed =
        parse(text("[a generated user question about Rome]", TOOLS, answer("Rome")));
    assertThat(reward.worthAsking(SPEC, parsed)).isFalse();
    GeneratorScore score = reward.score(SPEC, parsed, HALF, GOOD, 0);
    assertThat(score.questionGate()).isFalse();
    assertThat(score.total()).hasValue(0);
  }

  @Test
  void ignoringTheControlSpecCosts() {
    ControlSpec other = new ControlSpec("weather", ContextType.MULTI_TURN, 4, 2);
    double kept = reward.score(SPEC, completion("Rome"), HALF, GOOD, 0).total().getAsDouble();
    double ignored = reward.score(other, completion("Rome"), HALF, GOOD, 0).total().getAsDouble();
    assertThat(ignored).isLessThan(kept - 1);
  }

  @Test
  void anEmptyAnswerIsSoundOnlyWhereItWasAskedForAndNoToolFits() {
    ParsedTask pizza = parse(text("Order me two pizzas, please.", TOOLS, "[]"));
    GeneratorScore asked = reward.score(NO_CALL_SPEC, pizza, HALF, GOOD, 0);
    assertThat(asked.validity()).isEqualTo(1, within(1e-12));
    GeneratorScore unasked = reward.score(SPEC, pizza, HALF, GOOD, 0);
    assertThat(unasked.validity()).isZero();
    assertThat(unasked.goldValid()).isZero();
    ParsedTask weather = parse(text("Can you get the weather in Rome?", TOOLS, "[]"));
    assertThat(reward.score(NO_CALL_SPEC, weather, HALF, GOOD, 0).validity()).isZero();
  }

  @Test
  void aFailedProbeOrJudgeLeavesNoTotal() {
    ParsedTask parsed = completion("Rome");
    assertThat(reward.score(SPEC, parsed, new ProbeOutcome.Failed("timeout"), GOOD, 0).total())
        .isEmpty();
    assertThat(reward.score(SPEC, parsed, HALF, new JudgeOutcome.Failed("no score"), 0).total())
        .isEmpty();
  }

  @Test
  void theRepetitionPenaltyIsAddedAsItIs() {
    double without = reward.score(SPEC, completion("Rome"), HALF, GOOD, 0).total().getAsDouble();
    double with = reward.score(SPEC, completion("Rome"), HALF, GOOD, -0.2).total().getAsDouble();
    assertThat(with).isEqualTo(without - 0.2, within(1e-12));
  }

  @Test
  void difficultyFavoursTheBand() {
    List<Double> rewards =
        List.of(0, 1, 2, 4, 6, 7, 8).stream()
            .map(s -> DifficultyBand.published().reward(s / 8.0, 8))
            .toList();
    assertThat(rewards.get(0)).isZero();
    assertThat(rewards.get(1)).isEqualTo(0.581, within(1e-3));
    assertThat(rewards.get(2)).isEqualTo(1);
    assertThat(rewards.get(3)).isEqualTo(1);
    assertThat(rewards.get(5)).isEqualTo(0.581, within(1e-3));
    assertThat(rewards.get(6)).isEqualTo(0.114, within(1e-3));
    DifficultyBand peak = new DifficultyBand(DifficultyBand.Shape.PEAK, 0.25, 0.75, 0.12);
    assertThat(peak.reward(0.5, 8)).isEqualTo(1);
    assertThat(peak.reward(1, 8)).isZero();
    assertThat(peak.reward(0.25, 8)).isEqualTo(0.75);
  }

  private static ParsedTask completion(String city) {
    return parse(text("What is it like in Rome right now?", TOOLS, answer(city)));
  }

  private static String answer(String city) {
    return "[{\"name\":\"get_weather\",\"arguments\":{\"city\":\"" + city + "\"}}]";
  }

  private static String text(String question, String tools, String answer) {
    return "<question>"
        + question
        + "</question><available_tools>"
        + tools
        + "</available_tools><tool_call_answer>"
        + answer
        + "</tool_call_answer>";
  }

  private static ParsedTask parse(String text) {
    return new TaskParser(TaskParserConfig.standard()).parse(text);
  }
}
