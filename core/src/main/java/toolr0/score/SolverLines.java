package toolr0.score;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import toolr0.base.Json;
import toolr0.reward.SolverReward;
import toolr0.reward.SolverRewardConfig;
import toolr0.reward.SolverScore;
import toolr0.reward.SolverStage;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.ParsedCalls;
import toolr0.tool.SoftScore;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.node.ObjectNode;

/** Scores a Solver's completions: {@code completion}, {@code gold_calls}, {@code tools}. */
final class SolverLines implements LineScorer {
  private static final String FORMAT = "format";
  private static final String ACCURACY = "accuracy";

  private final SolverRewardConfig config;
  private final SolverReward reward;

  SolverLines(SolverRewardConfig config) {
    this.config = config;
    this.reward = new SolverReward(config);
  }

  @Override
  public LineScore score(ObjectNode line) {
    LineFields fields = new LineFields(line);
    String completion = fields.text("completion");
    List<ToolSpec> tools = fields.tools();
    List<ToolCall> gold;
    SolverScore score;
    if (config.syntax() == CallSyntax.PUBLISHED) {
      String text = fields.callsText("gold_calls", "gold");
      gold =
          CallParser.parse(text, config.syntax())
                  instanceof ParsedCalls.Calls(List<ToolCall> calls, int _)
              ? calls
              : List.of();
      score = reward.score(completion, text, tools);
    } else {
      gold = fields.calls("gold_calls", "gold");
      score = reward.score(completion, gold, tools);
    }
    SequencedMap<String, Double> parts = new LinkedHashMap<>();
    parts.put(FORMAT, score.format());
    parts.put(ACCURACY, score.accuracy());
    parts.put("exact_match", score.exactMatch() ? 1.0 : 0.0);
    SoftScore soft = score.calls();
    parts.put("name_score", soft.nameScore());
    parts.put("key_score", soft.keyScore());
    parts.put("value_score", soft.valueScore());
    parts.put("extra_calls", (double) soft.extraCalls());
    return new LineScore(
        OptionalDouble.of(score.total()),
        parts,
        reasons(completion, gold, tools, score.stage()),
        Json.object());
  }

  private List<Reason> reasons(
      String completion, List<ToolCall> gold, List<ToolSpec> tools, SolverStage stage) {
    AnswerBlocks blocks = AnswerBlocks.of(completion);
    Optional<String> answer = blocks.content(Tag.TOOL_CALL_ANSWER);
    if (answer.isEmpty()) {
      return List.of(
          new Reason(
              FORMAT,
              "no_answer_block",
              blocks.block(Tag.TOOL_CALL_ANSWER).isPresent()
                  ? "the answer block is empty"
                  : "there is no closed " + Tag.TOOL_CALL_ANSWER.open() + " block"));
    }
    return switch (CallParser.parse(answer.get(), config.syntax())) {
      case ParsedCalls.Unusable(boolean parsed, String reason) ->
          List.of(
              new Reason(
                  FORMAT,
                  parsed ? "no_calls" : "unreadable_answer",
                  reason + ": " + Words.brief(answer.get())));
      case ParsedCalls.Calls(List<ToolCall> calls, int ignored) -> {
        List<Reason> reasons = new ArrayList<>();
        if (calls.isEmpty() && !config.noCallTasks()) {
          reasons.add(
              new Reason(FORMAT, "no_calls", "the list is empty, and no task is without calls"));
        }
        reasons.addAll(accuracy(blocks, calls, gold, tools, stage));
        if (ignored > 0) {
          reasons.add(
              new Reason(
                  "exact_match",
                  "not_a_call",
                  Words.count(ignored, "element") + " of the list are no calls and were left out"));
        }
        if (reasons.isEmpty()) {
          reasons.add(allRight(calls, gold, tools));
        }
        yield reasons;
      }
    };
  }

  private List<Reason> accuracy(
      AnswerBlocks blocks,
      List<ToolCall> calls,
      List<ToolCall> gold,
      List<ToolSpec> tools,
      SolverStage stage) {
    List<Reason> reasons = new ArrayList<>();
    if (stage == SolverStage.GOLD_UNPARSEABLE) {
      reasons.add(
          new Reason(
              ACCURACY,
              "gold_unreadable",
              "the published parser cannot read gold, for example because it holds three dots:"
                  + " nothing can be right"));
      return reasons;
    }
    if (gold.isEmpty() && !config.noCallTasks()) {
      reasons.add(
          new Reason(ACCURACY, "gold_without_calls", "gold has no calls: nothing can be right"));
      return reasons;
    }
    if (config.thinkRequired() && blocks.content(Tag.THINK).isEmpty()) {
      reasons.add(
          new Reason(
              ACCURACY,
              "no_think_block",
              "there is no closed " + Tag.THINK.open() + " block with content: the accuracy is 0"));
    }
    if (gold.isEmpty() && !calls.isEmpty()) {
      reasons.add(
          new Reason(
              ACCURACY,
              "call_where_no_tool_fits",
              "no tool fits, but " + Words.calls(calls) + " was predicted"));
    } else if (calls.isEmpty() && !gold.isEmpty()) {
      reasons.add(
          new Reason(
              ACCURACY,
              "no_calls",
              "the answer says that no tool fits, but gold is " + Words.calls(gold)));
    } else {
      reasons.addAll(CallReasons.of(ACCURACY, calls, gold, tools, config.accuracy()));
    }
    return reasons;
  }

  private static Reason allRight(List<ToolCall> calls, List<ToolCall> gold, List<ToolSpec> tools) {
    if (gold.isEmpty()) {
      return new Reason(ACCURACY, "right", "no tool fits, and the answer says so");
    }
    return CallMatcher.strict(calls, gold, tools)
        ? new Reason(ACCURACY, "right", Words.count(gold.size(), "call") + " equal gold")
        : new Reason(
            ACCURACY,
            "right_but_not_exact",
            "every call earns its full score by the reward's comparison, but types or text differ"
                + " strictly");
  }
}
