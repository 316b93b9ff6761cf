package toolr0.selfplay;

import static toolr0.OracleVectors.first;
import static toolr0.OracleVectors.number;
import static toolr0.OracleVectors.same;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import toolr0.OracleVectors;
import toolr0.OracleVectors.Case;
import toolr0.base.Seed;
import toolr0.curriculum.SolverProbe;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.reward.AnswerTally;
import toolr0.reward.DifficultyBand;
import toolr0.reward.GeneratorReward;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.GeneratorScore;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.JudgeReply;
import toolr0.reward.ProbeOutcome;
import toolr0.reward.RepetitionPenalty;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.testsupport.ScriptedPolicy;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.JudgedCalls;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * The published difficulty curve, agreement of answers, repetition penalty, reading of judge
 * replies, and the curriculum reward from completion, Solver answers and judge replies.
 */
class DifficultyVectorsTest {
  private static final ControlSpec SPEC = new ControlSpec("any", ContextType.SINGLE_TURN, 1, 1);
  private static final PromptBuilder PROMPTS = PromptBuilder.of(PromptBuilder.PAPER);

  @Test
  void difficultyAgreesWithThePublishedReward() {
    OracleVectors.verify(
        "difficulty.jsonl",
        Map.of(
            "bandpass", DifficultyVectorsTest::band,
            "bandpass_params", DifficultyVectorsTest::band,
            "repetition", DifficultyVectorsTest::repetition,
            "judge_score", DifficultyVectorsTest::judgeScore,
            "samples", DifficultyVectorsTest::samples,
            "responses", DifficultyVectorsTest::responses,
            "canonical", DifficultyVectorsTest::responses,
            "curriculum_e2e", DifficultyVectorsTest::curriculum));
  }

  private static Optional<String> samples(Case vector) {
    List<String> answers =
        vector.input().get("samples").values().stream()
            .map(calls -> Tag.TOOL_CALL_ANSWER.wrap(calls.toString()))
            .toList();
    List<ToolCall> gold = calls(vector.input().get("gold_calls").toString(), JudgedCalls.ALL);
    return tally(Agreement.ORDERED_JSON.tally(answers, gold, List.of()), vector.expected());
  }

  private static Optional<String> responses(Case vector) {
    List<String> answers = texts(vector.input().get("responses"));
    JsonNode expected = vector.expected();
    List<ToolCall> gold = calls(vector.text("gold_text"), JudgedCalls.ALL);
    Optional<String> problem =
        tally(Agreement.ORDERED_JSON.tally(answers, gold, List.of()), expected);
    for (int i = 0; i < answers.size(); i++) {
      var answer = Agreement.ORDERED_JSON.compare(answers.get(i), gold, List.of());
      problem =
          first(
              problem,
              same("match " + i, answer.matches(), expected.get("matches").get(i).booleanValue()),
              expected.has("num_calls")
                  ? same(
                      "calls " + i,
                      answer.calls().size(),
                      expected.get("num_calls").get(i).intValue())
                  : Optional.empty());
    }
    JsonNode firstOnly =
        expected.has("first_call_only_success_prob")
            ? expected.get("first_call_only_success_prob")
            : expected.get("success_prob");
    List<ToolCall> firstGold = calls(vector.text("gold_text"), JudgedCalls.FIRST);
    return first(
        problem,
        number(
            "p of the first call",
            Agreement.FIRST_CALL_JSON.tally(answers, firstGold, List.of()).rate(),
            firstOnly));
  }

  private static Optional<String> tally(AnswerTally tally, JsonNode expected) {
    return first(
        number("p", tally.rate(), expected.get("success_prob")),
        expected.has("consistency")
            ? number("consistency", tally.consistency(), expected.get("consistency"))
            : Optional.empty(),
        expected.has("bandpass")
            ? number(
                "reward",
                DifficultyBand.published().reward(tally.rate(), Math.max(1, tally.samples())),
                expected.get("bandpass"))
            : Optional.empty());
  }

  private static List<ToolCall> calls(String text, JudgedCalls judged) {
    return CallParser.parse(text, CallSyntax.STRICT_JSON, judged)
            instanceof ParsedCalls.Calls(List<ToolCall> calls, int _)
        ? calls
        : List.of();
  }

  private static List<String> texts(JsonNode list) {
    return list.values().stream().map(JsonNode::stringValue).toList();
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
        .forEach(q -> questions.add(q.isNull() ? Optional.empty() : Optional.of(q.stringValue())));
    double[] penalties = penalty.penalties(questions);
    JsonNode expected = vector.expected().get("penalties");
    Optional<String> problem = same("size", penalties.length, expected.size());
    for (int i = 0; i < penalties.length; i++) {
      problem = first(problem, number("penalty " + i, penalties[i], expected.get(i)));
    }
    JsonNode similarity = vector.expected().path("similarity");
    for (int i = 0; i < similarity.size(); i++) {
      for (int j = 0; j < similarity.get(i).size(); j++) {
        problem =
            first(
                problem,
                number(
                    "similarity " + i + ", " + j,
                    penalty.similarity(
                        questions.get(i).orElseThrow(), questions.get(j).orElseThrow()),
                    similarity.get(i).get(j)));
      }
    }
    return problem;
  }

  private static Optional<String> judgeScore(Case vector) {
    OptionalInt score = JudgeReply.read(vector.text("response"), JudgeReply.Reading.PUBLISHED);
    return same(
        "score",
        score.isPresent() ? Integer.toString(score.getAsInt()) : "null",
        vector.expected().get("score").toString());
  }

  private static Optional<String> curriculum(Case vector) {
    return first(
        curriculum(vector, true, vector.expected().get("think_required")),
        curriculum(vector, false, vector.expected().get("think_optional")));
  }

  private static Optional<String> curriculum(
      Case vector, boolean thinkRequired, JsonNode expected) {
    List<String> answers = texts(vector.input().get("solver_responses"));
    List<String> replies = texts(vector.input().get("judge_responses"));
    GeneratorRewardConfig config = GeneratorRewardConfig.published(thinkRequired);
    GeneratorReward reward = new GeneratorReward(config);
    ParsedTask parsed =
        new TaskParser(TaskParserConfig.published(thinkRequired)).parse(vector.text("completion"));
    ProbeOutcome probed = new ProbeOutcome.NotApplicable("no task");
    JudgeOutcome judged = new JudgeOutcome.NotApplicable("no task");
    double consistency = 0;
    int[] judgeCalls = new int[1];
    if (reward.worthAsking(SPEC, parsed) && parsed instanceof ParsedTask.Parsed(Task task, var _)) {
      ProbeConfig probe = ProbeConfig.published();
      IntFunction<String> nextReply = i -> replies.get(judgeCalls[0]++);
      probed =
          new SolverProbe(
                  new ScriptedPolicy(answers::get),
                  PROMPTS,
                  probe.agreement(),
                  answers.size(),
                  SamplingParams.at(probe.tempSolver(), probe.maxCompletionLength()))
              .probe(List.of(task), new Seed(1))
              .getFirst();
      judged =
          new ModelJudge(new ScriptedPolicy(nextReply), PROMPTS, JudgeConfig.published())
              .judge(List.of(task), new Seed(1))
              .getFirst();
      consistency = probe.agreement().tally(answers, task.gold(), task.tools()).consistency();
    }
    GeneratorScore score = reward.score(SPEC, parsed, probed, judged, 0);
    double difficulty =
        probed instanceof ProbeOutcome.Scored scored
            ? config.difficulty().reward(scored.successRate(), scored.samples())
            : 0;
    return OracleVectors.in(
        thinkRequired ? "think required" : "think optional",
        first(
            number("difficulty", difficulty, expected.get("difficulty")),
            number(
                "semantic",
                judged instanceof JudgeOutcome.Scored scored ? scored.share() : 0,
                expected.get("semantic")),
            number("consistency", consistency, expected.get("consistency")),
            number(
                "curriculum",
                config.difficultyWeight() * score.difficulty()
                    + config.judgeWeight() * score.judge().orElse(0),
                expected.get("curriculum")),
            same("judge calls", judgeCalls[0], expected.get("judge_calls").intValue())));
  }
}
