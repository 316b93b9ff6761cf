package toolr0.score;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.Stream;
import toolr0.base.Json;
import toolr0.reward.AnswerTally;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.GeneratorScore;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.JudgeReply;
import toolr0.reward.ProbeOutcome;
import toolr0.reward.TaskScoring;
import toolr0.reward.WrittenTask;
import toolr0.selfplay.JudgeConfig;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskParser;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rewards a Generator's completions: {@code completion}, {@code spec}, and what the Solver and the
 * judge said, as {@code solver_answers} and {@code judge_reply} or in figures as a run's
 * completions file has them. A line that the run left without a reward, {@code unscorable}, has
 * none here either.
 */
final class GeneratorLines implements LineScorer {
  private final SelfPlayConfig config;
  private final GeneratorRewardConfig weights;
  private final TaskParser parser;
  private final TaskScoring scoring;

  GeneratorLines(SelfPlayConfig config) {
    this.config = config;
    this.weights = config.reward().generator();
    this.parser = new TaskParser(config.task().parser());
    this.scoring = new TaskScoring(parser, new TaskCheck(config.task().check()), weights);
  }

  /** What the Solver said of a task, with the reasons. */
  private record Probed(ProbeOutcome outcome, List<Reason> reasons) {}

  /** What the judge said of a task, with the reason. */
  private record Judged(JudgeOutcome outcome, Reason reason) {}

  @Override
  public LineScore score(ObjectNode line) {
    LineFields fields = new LineFields(line);
    String completion = fields.text("completion");
    Optional<ControlSpec> given = fields.spec();
    ControlSpec spec =
        given.orElseGet(() -> SpecOf.completion(parser.parse(completion), config.control()));
    WrittenTask written = scoring.read(spec, completion);
    Probed probed = probe(fields, written);
    Judged judged = judge(fields, written);
    double penalty = penalty(fields, written);
    GeneratorScore score = scoring.score(written, probed.outcome, judged.outcome, penalty);
    List<Reason> reasons = new ArrayList<>(TaskReasons.of(written, score, weights));
    if (given.isEmpty()) {
      reasons.add(
          new Reason("spec", "no_spec", "no control spec is given: it counts as what was written"));
    }
    reasons.addAll(probed.reasons);
    reasons.add(judged.reason);
    if (penalty < 0) {
      reasons.add(
          new Reason(
              "repetition",
              "alike",
              "the question is like others of its batch, or one of few: " + penalty));
    }
    Optional<String> leftOut = fields.optionalText("unscorable");
    if (leftOut.isPresent()) {
      reasons.add(
          new Reason("reward", "unscorable", "training left the completion out: " + leftOut.get()));
    } else if (score.total().isEmpty()) {
      String why =
          judged.outcome instanceof JudgeOutcome.Failed
              ? "the judge failed"
              : "the first published version stops at it: its tool's required list holds a list";
      reasons.add(
          new Reason("reward", "unscorable", why + ", and training leaves the completion out"));
    }
    OptionalDouble reward = leftOut.isPresent() ? OptionalDouble.empty() : score.total();
    return new LineScore(reward, parts(score), reasons, Json.object());
  }

  private static SequencedMap<String, Double> parts(GeneratorScore score) {
    SequencedMap<String, Double> parts = new LinkedHashMap<>();
    parts.put("question_gate", score.questionGate() ? 1.0 : 0.0);
    parts.put("format", score.format());
    parts.put("blocks", score.blocks());
    parts.put("tools_valid", score.toolsValid());
    parts.put("gold_valid", score.goldValid());
    parts.put("validity", score.validity());
    parts.put("tool_exists", score.toolExists());
    parts.put("args_valid", score.argsValid());
    parts.put("values_grounded", score.valuesGrounded());
    parts.put("spec", score.spec().mean());
    parts.put("spec_tools", score.spec().tools());
    parts.put("spec_calls", score.spec().calls());
    parts.put("spec_context", score.spec().context());
    score.successRate().ifPresent(p -> parts.put("p_success", p));
    parts.put("difficulty", score.difficulty());
    score.judge().ifPresent(j -> parts.put("judge", j));
    parts.put("repetition", score.repetition());
    return parts;
  }

  private Probed probe(LineFields fields, WrittenTask written) {
    Optional<List<String>> answers = fields.texts("solver_answers");
    OptionalDouble rate = fields.number("p_success");
    Optional<Task> task = written.sound();
    if (task.isEmpty()) {
      return notAsked("not_asked", "the Solver is not asked about it (" + written.flaw() + ")");
    }
    if (answers.filter(list -> !list.isEmpty()).isPresent()) {
      AnswerTally tally =
          config.probe().agreement().tally(answers.get(), task.get().gold(), task.get().tools());
      return probed(
          new ProbeOutcome.Scored(tally.successes(), tally.samples()),
          AnswerReasons.of(
              "difficulty",
              answers.get(),
              task.get().gold(),
              task.get().tools(),
              config.probe().agreement()));
    }
    if (rate.isPresent()) {
      int samples = fields.integer("p_samples").orElse(config.probe().kSolverSamples());
      if (samples < 1 || !(rate.getAsDouble() >= 0 && rate.getAsDouble() <= 1)) {
        throw new LineException("p_success: expected a share in [0, 1] of at least 1 p_samples");
      }
      int successes = (int) Math.rint(rate.getAsDouble() * samples);
      return probed(new ProbeOutcome.Scored(successes, samples), List.of());
    }
    Optional<String> failed = failure(fields, "probe: ");
    if (failed.isPresent()) {
      return new Probed(
          new ProbeOutcome.Failed(failed.get()),
          List.of(new Reason("difficulty", "failed", failed.get())));
    }
    return notAsked(
        "no_answers", "neither solver_answers nor p_success is given: the difficulty counts 0");
  }

  /** Why a run got nothing from the Solver or the judge, where that is why it gave no reward. */
  private static Optional<String> failure(LineFields fields, String who) {
    return fields
        .optionalText("unscorable")
        .filter(cause -> cause.startsWith(who))
        .map(cause -> cause.substring(who.length()));
  }

  private static Probed notAsked(String code, String text) {
    return new Probed(
        new ProbeOutcome.NotApplicable(text), List.of(new Reason("difficulty", code, text)));
  }

  private Probed probed(ProbeOutcome.Scored scored, List<Reason> answers) {
    double rate = scored.successRate();
    double reward = weights.difficulty().reward(rate, scored.samples());
    String which =
        scored.successes() == 0
            ? "never_solved"
            : weights.difficulty().contains(rate)
                ? "in_band"
                : rate < weights.difficulty().pLow() ? "too_hard" : "too_easy";
    Reason reason =
        new Reason(
            "difficulty",
            which,
            "the Solver solves "
                + scored.successes()
                + " of "
                + scored.samples()
                + ": "
                + reward
                + " before gating");
    return new Probed(scored, Stream.concat(Stream.of(reason), answers.stream()).toList());
  }

  private Judged judge(LineFields fields, WrittenTask written) {
    JudgeConfig judge = config.judge();
    Optional<List<String>> replies = fields.texts("judge_reply");
    OptionalInt given = fields.integer("judge_score");
    if (!judge.enabled()) {
      return notJudged("no_judge", "judge.enabled is false");
    }
    if (written.sound().isEmpty()) {
      return notJudged("not_asked", "the judge is not asked about it (" + written.flaw() + ")");
    }
    if (replies.filter(list -> !list.isEmpty()).isPresent()) {
      List<String> heard =
          replies.get().subList(0, Math.min(judge.attempts(), replies.get().size()));
      return judged(JudgeReply.outcome(heard, judge.reading(), judge.onFailure()), heard);
    }
    if (given.isPresent()) {
      if (given.getAsInt() < 1 || given.getAsInt() > 5) {
        throw new LineException("judge_score: expected 1 to 5, found " + given.getAsInt());
      }
      return judged(new JudgeOutcome.Scored(given.getAsInt()), List.of());
    }
    Optional<String> failed = failure(fields, "judge: ");
    if (failed.isPresent()) {
      return judged(new JudgeOutcome.Failed(failed.get()), List.of());
    }
    return notJudged(
        "no_reply", "neither judge_reply nor judge_score is given: the judge's part counts 0");
  }

  private static Judged notJudged(String code, String text) {
    return new Judged(new JudgeOutcome.NotApplicable(text), new Reason("judge", code, text));
  }

  private static Judged judged(JudgeOutcome outcome, List<String> heard) {
    String replies =
        heard.isEmpty() ? "" : " (\"" + Words.brief(String.join("\", \"", heard)) + "\")";
    Reason reason =
        switch (outcome) {
          case JudgeOutcome.Scored scored ->
              new Reason(
                  "judge",
                  "score_" + scored.score(),
                  "the judge gives " + scored.score() + " of 5" + replies);
          case JudgeOutcome.Failed(String cause) -> new Reason("judge", "failed", cause);
          case JudgeOutcome.NotApplicable(String why) -> new Reason("judge", "no_reply", why);
        };
    return new Judged(outcome, reason);
  }

  private double penalty(LineFields fields, WrittenTask written) {
    OptionalDouble given = fields.number("repetition");
    if (given.isPresent()) {
      if (!(given.getAsDouble() <= 0)) {
        throw new LineException(
            "repetition: expected a penalty of at most 0, found " + given.getAsDouble());
      }
      return given.getAsDouble();
    }
    Optional<List<String>> others = fields.texts("other_questions");
    if (others.isEmpty()) {
      return 0;
    }
    List<Optional<String>> batch = new ArrayList<>();
    batch.add(written.parsed().draft().question());
    others.get().forEach(question -> batch.add(Optional.of(question)));
    return weights.repetition().penalties(batch)[0];
  }
}
