package toolr0.curriculum;

import java.util.Optional;
import toolr0.base.Json;
import toolr0.reward.ProbeOutcome;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the Solver made of a candidate: a line of {@code verified.jsonl}.
 *
 * @param index the candidate's
 * @param outcome how many of the Solver's answers are right
 * @param difficulty what the judge says of it, where a judge is asked
 */
record Verification(int index, ProbeOutcome outcome, Optional<DifficultyReply> difficulty) {

  /** How difficult the task is: the judge's word, or by the share of right answers. */
  Difficulty difficulty(double successRate, DatasetConfig config) {
    return difficulty
        .map(DifficultyReply::difficulty)
        .orElseGet(() -> Difficulty.of(successRate, config));
  }

  ObjectNode toJson(ConfidenceBlend blend) {
    ObjectNode node = Json.object();
    node.put("index", index);
    switch (outcome) {
      case ProbeOutcome.Scored(int successes, int samples) -> {
        node.put("successes", successes);
        node.put("samples", samples);
      }
      case ProbeOutcome.NotApplicable(String reason) -> node.put("not_asked", reason);
      case ProbeOutcome.Failed(String cause) -> node.put("failed", cause);
    }
    if (difficulty.isPresent()) {
      DifficultyReply reply = difficulty.get();
      node.put("difficulty", reply.difficulty().wireName());
      node.put("difficulty_fallback", reply.fallback());
      ObjectNode agreement = Json.object();
      if (outcome instanceof ProbeOutcome.Scored scored) {
        agreement.put("p_mode", scored.successRate());
      }
      blend
          .of(reply.fallback(), agreement)
          .ifPresent(confidence -> node.put("confidence", confidence));
    }
    return node;
  }

  static Verification fromJson(ObjectNode line) {
    int samples = line.path("samples").asInt(0);
    ProbeOutcome outcome;
    if (samples > 0) {
      outcome = new ProbeOutcome.Scored(line.required("successes").asInt(), samples);
    } else if (line.has("failed")) {
      outcome = new ProbeOutcome.Failed(line.required("failed").asString());
    } else {
      outcome = new ProbeOutcome.NotApplicable(line.required("not_asked").asString());
    }
    Optional<DifficultyReply> difficulty =
        line.has("difficulty")
            ? Optional.of(
                new DifficultyReply(
                    Difficulty.ofWireName(line.required("difficulty").asString()),
                    line.required("difficulty_fallback").asBoolean()))
            : Optional.empty();
    return new Verification(line.required("index").asInt(), outcome, difficulty);
  }
}
