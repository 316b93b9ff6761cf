package toolr0.curriculum;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.task.ControlSpec;
import toolr0.task.ControlSpecSampler;
import toolr0.task.ControlSpecWeights;
import toolr0.task.TaskReader;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets the Generator write an iteration's candidates, chunk by chunk, and puts the tasks that
 * earlier iterations chose behind them: {@code candidates.jsonl}.
 */
final class CandidateWriter {
  static final String FILE = "candidates.jsonl";

  private final ChunkedStage stage;
  private final DatasetConfig config;
  private final ControlSpecSampler specs;
  private final TaskReader reader;
  private final PromptBuilder prompts;
  private final Seed seed;

  CandidateWriter(
      ChunkedStage stage,
      DatasetConfig config,
      ControlSpecWeights control,
      TaskReader reader,
      PromptBuilder prompts,
      Seed seed) {
    this.stage = stage;
    this.config = config;
    this.specs = new ControlSpecSampler(control);
    this.reader = reader;
    this.prompts = prompts;
    this.seed = seed;
  }

  /** The candidates that are written already, by index. */
  List<Candidate> read() {
    List<Candidate> candidates = new ArrayList<>();
    for (ObjectNode line : JsonLines.read(stage.path(FILE))) {
      candidates.add(Candidate.fromJson(line, reader));
    }
    return candidates;
  }

  /**
   * Writes what is missing and appends it to the candidates.
   *
   * @param generator opens the model that writes
   * @param firstChunk from 0
   * @return false when it was interrupted
   */
  boolean write(Supplier<ChatSampler> generator, int firstChunk, List<Candidate> candidates) {
    JsonLines log = stage.log(FILE);
    try (ChatSampler model = generator.get()) {
      for (int chunk = firstChunk; chunk < config.chunks(); chunk++) {
        if (stage.interrupted(chunk)) {
          return false;
        }
        List<Candidate> fresh = write(model, chunk, log);
        candidates.addAll(fresh);
        if (chunk + 1 == config.chunks()) {
          replay(candidates, log);
        }
        show(chunk, fresh.getFirst());
        int written = Math.min(candidates.size(), config.nGenerate());
        long sound = sound(candidates);
        SortedMap<String, Double> metrics = new TreeMap<>();
        metrics.put("dataset/generated", (double) written);
        metrics.put("dataset/checked", (double) sound);
        metrics.put("success_rate", (double) sound / written);
        stage.chunkDone(chunk, metrics);
      }
    }
    return true;
  }

  /** How many completions of this iteration hold a task. */
  long sound(List<Candidate> candidates) {
    return candidates.stream()
        .filter(c -> c.index() < config.nGenerate() && c.task().isPresent())
        .count();
  }

  private List<Candidate> write(ChatSampler model, int chunk, JsonLines log) {
    int from = chunk * config.chunkSize();
    int to = Math.min(config.nGenerate(), from + config.chunkSize());
    List<Question> questions = new ArrayList<>();
    List<ControlSpec> asked = new ArrayList<>();
    for (int index = from; index < to; index++) {
      ControlSpec spec = specs.sample(seed.derive("spec").derive(index));
      Chat chat = new Chat("candidate-" + index, prompts.generator(spec));
      questions.add(new Question(chat, 1, seed.derive("write").derive(index)));
      asked.add(spec);
    }
    List<Answers> answers =
        model.ask(questions, SamplingParams.at(config.temperature(), config.maxCompletionLength()));
    List<Candidate> fresh = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      fresh.add(append(from + i, asked.get(i), answers.get(i), log));
    }
    return fresh;
  }

  private Candidate append(int index, ControlSpec spec, Answers answers, JsonLines log) {
    return switch (answers) {
      case Answers.Given(List<Answer> answersG) -> {
        Answer answer = answersG.getFirst();
        Candidate candidate = Candidate.of(index, spec, answer.text(), answer.truncated(), reader);
        ObjectNode line = candidate.toJson(answer.truncated());
        answer.meanLogProb().ifPresent(mean -> line.put("logprob_mean", mean));
        log.append(line);
        yield candidate;
      }
      case Answers.Failed(String cause) -> appendUnwritten(index, spec, cause, log);
      case Answers.TooLong(String reason) -> appendUnwritten(index, spec, reason, log);
    };
  }

  private static Candidate appendUnwritten(
      int index, ControlSpec spec, String cause, JsonLines log) {
    Candidate candidate = Candidate.notWritten(index, spec, cause);
    log.append(candidate.toJson(false));
    return candidate;
  }

  /** Appends the tasks that earlier iterations wrote and chose, with the iteration of each. */
  private void replay(List<Candidate> candidates, JsonLines log) {
    int current = stage.id().iteration();
    for (int iteration = Math.max(1, current - config.replayIterations());
        iteration < current;
        iteration++) {
      Set<Integer> chosen =
          CuratedTask.read(stage.path(iteration, DatasetStage.TASKS)).stream()
              .map(CuratedTask::index)
              .filter(index -> index < config.nGenerate())
              .collect(Collectors.toSet());
      for (ObjectNode line : JsonLines.read(stage.path(iteration, FILE))) {
        if (chosen.contains(line.required("index").asInt())) {
          line.put("index", candidates.size());
          line.put("iteration", iteration);
          log.append(line);
          candidates.add(Candidate.fromJson(line, reader));
        }
      }
    }
  }

  private void show(int chunk, Candidate candidate) {
    stage
        .listener()
        .on(
            new Event.SampleShown(
                stage.id(),
                chunk + 1,
                candidate.spec().inWords(),
                candidate.completion(),
                "",
                candidate.task().isPresent() ? 1 : 0));
  }
}
