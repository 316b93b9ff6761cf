package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.base.Seed;
import toolr0.policy.ChatSampler;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.ProbeOutcome;
import toolr0.run.JsonLines;
import toolr0.task.Task;
import toolr0.tool.AnswerBlocks;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets the Solver answer the candidates that hold a task, chunk by chunk: {@code verified.jsonl}
 * (method section 5.2).
 */
final class TaskVerifier {
  private static final String FILE = "verified.jsonl";

  private final ChunkedStage stage;
  private final DatasetConfig config;
  private final PromptBuilder prompts;
  private final Seed seed;
  private final SortedMap<Integer, Verification> verified = new TreeMap<>();

  TaskVerifier(ChunkedStage stage, DatasetConfig config, PromptBuilder prompts, Seed seed) {
    this.stage = stage;
    this.config = config;
    this.prompts = prompts;
    this.seed = seed;
    for (ObjectNode line : JsonLines.read(stage.path(FILE))) {
      Verification verification = Verification.fromJson(line);
      verified.put(verification.index(), verification);
    }
  }

  /** What the Solver made of a candidate that it was asked for. */
  Verification of(int index) {
    Verification verification = verified.get(index);
    if (verification == null) {
      throw new IllegalStateException("candidate " + index + " was never verified");
    }
    return verification;
  }

  /**
   * Verifies what is missing. The stage's second half has as many chunks as the first; they are
   * larger where earlier iterations' tasks come on top.
   *
   * @param models who answers, and who judges difficulty
   * @param firstChunk from 0
   * @param dropped candidates that are not asked for, by index
   * @return false when it was interrupted
   */
  boolean verify(
      DatasetModels models,
      int firstChunk,
      List<Candidate> candidates,
      SortedMap<Integer, String> dropped) {
    JsonLines log = stage.log(FILE);
    int chunkSize = Math.max(config.chunkSize(), Math.ceilDiv(candidates.size(), config.chunks()));
    try (Verifiers verifiers = Verifiers.open(models, config.difficulty())) {
      for (int chunk = firstChunk; chunk < config.chunks(); chunk++) {
        if (stage.interrupted(config.chunks() + chunk)) {
          return false;
        }
        int from = Math.min(candidates.size(), chunk * chunkSize);
        int to = Math.min(candidates.size(), from + chunkSize);
        List<Candidate> batch =
            candidates.subList(from, to).stream()
                .filter(c -> c.task().isPresent() && !dropped.containsKey(c.index()))
                .toList();
        for (Verification verification : verify(verifiers, batch, chunk)) {
          verified.put(verification.index(), verification);
          log.append(verification.toJson(config.confidence()));
        }
        long agreed =
            verified.values().stream()
                .filter(v -> config.dropReason(v.outcome()).isEmpty())
                .count();
        SortedMap<String, Double> metrics = new TreeMap<>();
        metrics.put("dataset/answered", (double) verified.size());
        metrics.put("dataset/verified", (double) agreed);
        metrics.put("success_rate", verified.isEmpty() ? 0 : (double) agreed / verified.size());
        stage.chunkDone(config.chunks() + chunk, metrics);
      }
    }
    return true;
  }

  private List<Verification> verify(Verifiers verifiers, List<Candidate> batch, int chunk) {
    List<String> stop =
        config.stopAtAnswer() ? List.of(AnswerBlocks.Tag.TOOL_CALL_ANSWER.close()) : List.of();
    SamplingParams params =
        new SamplingParams(
            config.maxVerifyLength(), config.tempVerify(), config.verifyTopP(), 0, stop);
    SolverProbe probe =
        new SolverProbe(
            verifiers.solver(), prompts, config.verification(), config.kVerify(), params);
    List<Task> tasks = batch.stream().map(c -> c.task().orElseThrow()).toList();
    List<ProbeOutcome> outcomes =
        tasks.isEmpty() ? List.of() : probe.probe(tasks, seed.derive("verify").derive(chunk));
    List<Verification> answered = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      answered.add(new Verification(batch.get(i).index(), outcomes.get(i), Optional.empty()));
    }
    return config.difficulty() == DifficultySource.JUDGE
        ? judged(verifiers.judge(), tasks, answered, seed.derive("judge").derive(chunk))
        : answered;
  }

  /** The same with the judge's word on those whose answers agree with gold. */
  private List<Verification> judged(
      ChatSampler judge, List<Task> tasks, List<Verification> answered, Seed chunkSeed) {
    List<Integer> agreed = new ArrayList<>();
    for (int i = 0; i < answered.size(); i++) {
      if (config.dropReason(answered.get(i).outcome()).isEmpty()) {
        agreed.add(i);
      }
    }
    List<Verification> words =
        new DifficultyJudge(judge, prompts)
            .judge(
                agreed.stream().map(tasks::get).toList(),
                agreed.stream().map(answered::get).toList(),
                chunkSeed);
    List<Verification> judged = new ArrayList<>(answered);
    for (int i = 0; i < agreed.size(); i++) {
      judged.set(agreed.get(i), words.get(i));
    }
    return judged;
  }
}
