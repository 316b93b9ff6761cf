package toolr0.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.selfplay.Preset;
import toolr0.testsupport.ToyTasks;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ScoreRoleTest {
  private static final String TOOLS =
      """
      [{"name": "get_weather", "description": "weather of a day in a city",
        "parameters": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"]},
       {"name": "book_table", "description": "books a table",
        "parameters": {"guests": {"type": "integer"}}, "required": ["guests"]}]
      """;
  private static final String GOLD =
      "[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 3}}]";

  private static LineScore score(ScoreRole role, Preset preset, ObjectNode line) {
    return role.scorer(preset.config("m")).score(line);
  }

  private static String answer(String calls) {
    return "<think>So.</think><tool_call_answer>" + calls + "</tool_call_answer>";
  }

  private static ObjectNode solver(String completion) {
    ObjectNode line = Json.object();
    line.put("completion", completion);
    line.set("gold_calls", Json.parse(GOLD));
    line.set("tools", Json.parse(TOOLS));
    return line;
  }

  private static LineScore solver(Preset preset, String calls) {
    return score(ScoreRole.SOLVER, preset, solver(answer(calls)));
  }

  @Test
  void aRightAnswerSaysSo() {
    LineScore score = solver(Preset.DEFAULT, GOLD);
    assertThat(score.reward()).hasValue(2);
    assertThat(score.parts())
        .containsEntry("format", 1.0)
        .containsEntry("accuracy", 1.0)
        .containsEntry("exact_match", 1.0);
    assertThat(score.reasons())
        .containsExactly(new Reason("accuracy", "right", "1 call equal gold"));
  }

  @Test
  void everyDifferenceOfACallIsNamed() {
    LineScore score =
        solver(
            Preset.DEFAULT,
            "[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"oslo\", \"wind\": true}},"
                + " {\"name\": \"book_table\", \"arguments\": {}}]");
    assertThat(score.reasons())
        .extracting(Reason::text)
        .containsExactly(
            "predicted call 1 (get_weather): argument \"city\" is \"oslo\" instead of \"Oslo\": only"
                + " the case of letters differs",
            "predicted call 1 (get_weather): argument \"days\" is missing; gold has 3",
            "predicted call 1 (get_weather): argument \"wind\" = true is not in the gold call",
            "predicted call 2 book_table() has no counterpart in gold",
            "1 call more than gold has: the accuracy is multiplied by 0.800");
    assertThat(score.reasons())
        .extracting(Reason::code)
        .containsExactly(
            "wrong_value",
            "missing_argument",
            "unexpected_argument",
            "extra_call",
            "extra_call_penalty");
  }

  @Test
  void thePresetsCompareValuesAsTheirRulesDo() {
    String text =
        "[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": \"3\"}}]";
    assertThat(solver(Preset.PAPER, text).parts()).containsEntry("accuracy", 1.0);
    assertThat(solver(Preset.PAPER, text).reasons())
        .extracting(Reason::code)
        .containsExactly("right_but_not_exact");
    LineScore typed = solver(Preset.DEFAULT, text);
    assertThat(typed.parts()).containsEntry("accuracy", 0.75);
    assertThat(typed.reasons())
        .extracting(Reason::text)
        .containsExactly(
            "predicted call 1 (get_weather): argument \"days\" is \"3\" instead of 3: a text where"
                + " gold has a number");
  }

  @Test
  void aWrongToolIsExplainedByThePresetsRule() {
    String other = "[{\"name\": \"get_wether\", \"arguments\": {\"city\": \"Oslo\", \"days\": 3}}]";
    LineScore paper = solver(Preset.PAPER, other);
    assertThat(paper.parts()).containsEntry("accuracy", 0.8);
    assertThat(paper.reasons().getFirst().text())
        .contains("calls another tool; its arguments count all the same");
    LineScore mended = solver(Preset.DEFAULT, other);
    assertThat(mended.parts()).containsEntry("accuracy", 0.0);
    assertThat(mended.reasons().getFirst().text())
        .contains("the predicted calls are of get_wether", "earns nothing for its arguments");
  }

  @Test
  void whatCannotBeReadIsExplained() {
    assertThat(score(ScoreRole.SOLVER, Preset.DEFAULT, solver("no idea")).reasons())
        .extracting(Reason::code)
        .containsExactly("no_answer_block");
    assertThat(solver(Preset.DEFAULT, "[{").reasons())
        .extracting(Reason::code)
        .containsExactly("unreadable_answer");
    assertThat(solver(Preset.DEFAULT, "[1]").reasons())
        .extracting(Reason::code)
        .containsExactly("no_calls");
    assertThat(solver(Preset.PAPER, "[]").reasons()).extracting(Reason::code).contains("no_calls");
    assertThat(
            score(
                    ScoreRole.SOLVER,
                    Preset.PAPER,
                    solver("<tool_call_answer>" + GOLD + "</tool_call_answer>"))
                .reasons())
        .extracting(Reason::code)
        .containsExactly("no_think_block");
  }

  @Test
  void threeDotsInGoldEndThePublishedAccuracy() {
    ObjectNode line = Json.object();
    String calls = "[{\"name\": \"say\", \"arguments\": {\"text\": \"well...\"}}]";
    line.put("completion", answer(calls));
    line.put("gold", calls);
    assertThat(score(ScoreRole.SOLVER, Preset.DEFAULT, line).reward()).hasValue(2);
    LineScore paper = score(ScoreRole.SOLVER, Preset.PAPER, line);
    assertThat(paper.parts()).containsEntry("accuracy", 0.0);
    line.put("completion", answer(calls.replace("...", "")));
    assertThat(score(ScoreRole.SOLVER, Preset.PAPER, line).reasons())
        .extracting(Reason::code)
        .containsExactly("gold_unreadable");
  }

  private static String task(String question, String gold) {
    return "<think>A visit.</think><question>"
        + question
        + "</question><available_tools>"
        + TOOLS
        + "</available_tools><tool_call_answer>"
        + gold
        + "</tool_call_answer>";
  }

  private static ObjectNode generator(String completion) {
    ObjectNode line = Json.object();
    line.put("completion", completion);
    line.putObject("spec")
        .put("domain", "travel")
        .put("context_type", "single_turn")
        .put("num_tools", 2)
        .put("num_calls", 1);
    return line;
  }

  private static final String QUESTION = "How will the weather be in Oslo over the next 3 days?";

  @Test
  void aWrittenTaskIsRewardedWithWhatSolverAndJudgeSaid() {
    ObjectNode line = generator(task(QUESTION, GOLD));
    ArrayNode answers = line.putArray("solver_answers");
    answers.add(answer(GOLD));
    answers.add(answer("[]"));
    line.put("judge_reply", "4");
    LineScore score = score(ScoreRole.GENERATOR, Preset.DEFAULT, line);
    assertThat(score.parts())
        .containsEntry("p_success", 0.5)
        .containsEntry("difficulty", 1.0)
        .containsEntry("judge", 0.75)
        .containsEntry("validity", 1.0);
    assertThat(score.reward()).hasValue(0.5 + 1 + 0.5 + 1 + 0.25 * 0.75);
    assertThat(score.reasons())
        .extracting(Reason::code)
        .containsExactly("sound", "in_band", "agreement", "mismatch", "score_4");
    assertThat(score.reasons().get(3).text())
        .isEqualTo("answer 2 differs: it says that no tool fits");
  }

  @Test
  void everyFlawOfATaskIsNamed() {
    ObjectNode line =
        generator(
            task(
                QUESTION,
                "[{\"name\": \"get_weather\", \"arguments\": {\"days\": \"9\", \"town\": \"Oslo\"}},"
                    + " {\"name\": \"fly\", \"arguments\": {}}]"));
    LineScore score = score(ScoreRole.GENERATOR, Preset.DEFAULT, line);
    assertThat(score.reasons())
        .extracting(Reason::text)
        .contains(
            "gold call 1 (get_weather): the required argument \"city\" is missing",
            "gold call 1 (get_weather): \"days\" is \"9\", but the tool wants integer",
            "gold call 1 (get_weather): the tool has no parameter \"town\" (\"Oslo\")",
            "gold call 2 (fly): there is no such tool; the menu has get_weather, book_table",
            "gold call 1 (get_weather): the value of \"days\", \"9\", does not stand in the question",
            "2 calls instead of 1",
            "the rule call_count is broken: 2 calls instead of 1",
            "the Solver is not asked about it (missing_argument)");
  }

  @Test
  void aPlaceholderIsExplained() {
    LineScore score =
        score(
            ScoreRole.GENERATOR,
            Preset.DEFAULT,
            generator(task("[your question goes here]", GOLD)));
    assertThat(score.reward()).hasValue(0);
    assertThat(score.reasons().getFirst().code()).isEqualTo("placeholder_question");
    assertThat(score.reasons().getFirst().text()).contains("question goes here");
  }

  @Test
  void anUnreadableGradeIsNoScoreOrThree() {
    ObjectNode line = generator(task(QUESTION, GOLD));
    line.put("judge_reply", "good");
    line.put("p_success", 0.5);
    assertThat(score(ScoreRole.GENERATOR, Preset.DEFAULT, line).reward()).isEmpty();
    LineScore paper = score(ScoreRole.GENERATOR, Preset.PAPER, line);
    assertThat(paper.parts()).containsEntry("judge", 0.5).containsEntry("difficulty", 1.0);
    assertThat(paper.reward()).hasValue(1 + 1 + 0.5 + 0.25);
  }

  @Test
  void likeQuestionsOfABatchCost() {
    ObjectNode line = generator(task(QUESTION, GOLD));
    line.putArray("other_questions").add(QUESTION).add("Book a table for two at noon, please.");
    assertThat(score(ScoreRole.GENERATOR, Preset.DEFAULT, line).parts())
        .containsEntry("repetition", -0.2 * 2 / 3);
  }

  @Test
  void aCandidateIsAcceptedOrEveryBrokenRuleIsNamed() {
    LineScore good = score(ScoreRole.CANDIDATE, Preset.DEFAULT, generator(task(QUESTION, GOLD)));
    assertThat(good.reward()).hasValue(1);
    assertThat(good.more().required("accepted").asBoolean()).isTrue();
    assertThat(good.more().required("fingerprints").required("combined").asString()).hasSize(40);
    ObjectNode bad = generator(task("Weather in Bergen?", GOLD.replace("3", "\"three\"")));
    LineScore mended = score(ScoreRole.CANDIDATE, Preset.DEFAULT, bad);
    assertThat(mended.reward()).hasValue(0);
    assertThat(mended.reasons())
        .extracting(Reason::code)
        .contains("argument_type", "ungrounded_value");
    assertThat(mended.more().required("reason").asString())
        .isEqualTo(mended.reasons().getFirst().code());
    LineScore paper = score(ScoreRole.CANDIDATE, Preset.PAPER, bad);
    assertThat(paper.reasons()).extracting(Reason::code).containsExactly("question_too_short");
  }

  @Test
  void answersLetATaskStayOrGo() {
    ObjectNode line = Json.object();
    line.put("response", answer(GOLD.replace("3", "4")));
    line.set("gold_calls", Json.parse(GOLD));
    LineScore mended = score(ScoreRole.VERIFY, Preset.DEFAULT, line);
    assertThat(mended.parts()).containsEntry("kept", 0.0).containsEntry("agreement", 0.0);
    assertThat(mended.reasons())
        .extracting(Reason::code)
        .containsExactly("never_solved", "agreement", "mismatch");
    assertThat(mended.reasons().getLast().text())
        .isEqualTo(
            "answer 1 differs: predicted call 1 (get_weather): argument \"days\" is 4 instead of 3");
    LineScore paper = score(ScoreRole.VERIFY, Preset.PAPER, line);
    assertThat(paper.parts()).containsEntry("kept", 1.0).containsEntry("agreement", 1.0);
    assertThat(paper.reasons().get(1).text()).contains("arguments do not count");
  }

  @Test
  void aFieldThatIsMissingOrOfTheWrongKindIsNamed() {
    ScoreRole[] roles = {ScoreRole.SOLVER, ScoreRole.GENERATOR, ScoreRole.CANDIDATE};
    for (ScoreRole role : roles) {
      assertThatThrownBy(() -> score(role, Preset.DEFAULT, Json.object()))
          .isInstanceOf(LineException.class)
          .hasMessage("the field \"completion\" (a text) is missing");
    }
    assertThatThrownBy(() -> score(ScoreRole.VERIFY, Preset.DEFAULT, Json.object()))
        .hasMessageContaining("\"responses\"");
    ObjectNode noGold = Json.object().put("completion", "x");
    assertThatThrownBy(() -> score(ScoreRole.SOLVER, Preset.DEFAULT, noGold))
        .hasMessageContaining("\"gold_calls\" (a list of calls such as");
    ObjectNode number = solver("x").put("completion", 5);
    assertThatThrownBy(() -> score(ScoreRole.SOLVER, Preset.DEFAULT, number))
        .hasMessage("completion: expected a text, found 5");
    ObjectNode badGold = solver("x").put("gold_calls", "[{");
    assertThatThrownBy(() -> score(ScoreRole.SOLVER, Preset.DEFAULT, badGold))
        .hasMessageContaining("gold_calls: expected a list of calls, found");
    ObjectNode badTools = solver("x");
    badTools.putArray("tools").add(1);
    assertThatThrownBy(() -> score(ScoreRole.SOLVER, Preset.DEFAULT, badTools))
        .hasMessage("tools: expected a list of tools: tool 1: not an object");
    ObjectNode badSpec = generator("x").put("spec", "nonsense");
    assertThatThrownBy(() -> score(ScoreRole.GENERATOR, Preset.DEFAULT, badSpec))
        .hasMessageContaining("or \"travel, single_turn, 3 tools, 1 calls\", found \"nonsense\"");
  }

  @Test
  void whatTrainingLeftOutHasNoRewardAndSaysWhy() {
    ObjectNode line = Json.object();
    line.put("completion", ToyTasks.completion("train", "QBDFHJ"));
    line.put("spec", "travel, single_turn, 2 tools, 1 calls");
    ObjectNode judge = line.deepCopy().put("p_success", 0.5).put("p_samples", 8);
    assertThat(score(ScoreRole.GENERATOR, Preset.DEFAULT, judge).reward()).isPresent();
    LineScore unjudged =
        score(ScoreRole.GENERATOR, Preset.DEFAULT, judge.put("unscorable", "judge: no score"));
    assertThat(unjudged.reward()).isEmpty();
    assertThat(unjudged.parts()).containsEntry("p_success", 0.5).doesNotContainKey("judge");
    assertThat(unjudged.reasons())
        .contains(
            new Reason("judge", "failed", "no score"),
            new Reason(
                "reward", "unscorable", "training left the completion out: judge: no score"));
    ObjectNode probe = line.put("judge_score", 4).put("unscorable", "probe: out of memory");
    LineScore unprobed = score(ScoreRole.GENERATOR, Preset.DEFAULT, probe);
    assertThat(unprobed.reward()).isEmpty();
    assertThat(unprobed.reasons())
        .contains(
            new Reason("difficulty", "failed", "out of memory"),
            new Reason(
                "reward", "unscorable", "training left the completion out: probe: out of memory"))
        .extracting(Reason::code)
        .doesNotContain("no_answers", "no_reply");
  }
}
