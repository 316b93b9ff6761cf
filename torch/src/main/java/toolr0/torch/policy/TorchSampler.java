package toolr0.torch.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import toolr0.chat.Tokenizer;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.PolicyException;
import toolr0.policy.PolicyVersion;
import toolr0.policy.SampleRequest;
import toolr0.policy.Sampler;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.decode.Decoder;
import toolr0.torch.decode.Scores;
import toolr0.torch.decode.TensorChoice;
import toolr0.torch.decode.TokenChoice;
import toolr0.torch.model.Transformer;
import toolr0.torch.policy.Waves.Share;

/**
 * Samples in batches with a key-value cache. Requests are taken in order of prompt length, so that
 * little is padded; each prompt is read once for all its completions, and finished completions
 * leave the batch.
 */
final class TorchSampler implements Sampler {
  /** Scores that are worth a thread of their own to draw from. */
  private static final long SCORES_OF_THREAD = 1 << 20;

  private final ModelConfig config;
  private final Transformer model;
  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final String name;
  private final LongSupplier step;
  private final LongSupplier keyValueBudget;

  /**
   * A sampler.
   *
   * @param decoder of the model without its adapters; stays open
   * @param keyValueBudget bytes of the keys and values of what is sampled together
   */
  TorchSampler(
      Transformer model,
      Decoder decoder,
      Tokenizer tokenizer,
      String name,
      LongSupplier step,
      LongSupplier keyValueBudget) {
    this.model = model;
    this.config = model.config();
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.name = name;
    this.step = step;
    this.keyValueBudget = keyValueBudget;
  }

  @Override
  public List<Group> sample(List<SampleRequest> requests, SamplingParams params) {
    requests.forEach(this::requireFits);
    Completion[][] completions = new Completion[requests.size()][];
    Arrays.setAll(completions, i -> new Completion[requests.get(i).numGenerations()]);
    Waves waves = new Waves(config, model.compute(), params.maxCompletionLength());
    for (List<Share> wave : waves.of(requests, keyValueBudget.getAsLong())) {
      sampleWave(requests, wave, waves, params, completions);
    }
    return IntStream.range(0, completions.length)
        .mapToObj(i -> new Group(requests.get(i).prompt(), List.of(completions[i])))
        .toList();
  }

  private void requireFits(SampleRequest request) {
    int length = request.prompt().tokenIds().length;
    int context = config.maxPositionEmbeddings();
    if (length == 0 || length >= context) {
      throw new PolicyException(
          "Prompt %s has %d tokens, but policy %s needs at least 1 and reads at most %d with one token to answer; shorten the prompt or use a model with a longer context."
              .formatted(request.prompt().id(), length, name, context - 1));
    }
  }

  private void sampleWave(
      List<SampleRequest> requests,
      List<Share> wave,
      Waves waves,
      SamplingParams params,
      Completion[][] completions) {
    List<int[]> prompts =
        wave.stream().map(share -> requests.get(share.request()).prompt().tokenIds()).toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < wave.size(); i++) {
      Share share = wave.get(i);
      BitSet inPrompt = new BitSet(config.vocabSize());
      Arrays.stream(prompts.get(i)).forEach(inPrompt::set);
      for (int member = share.from(); member < share.to(); member++) {
        SplittableRandom random = requests.get(share.request()).seed().derive(member).random();
        int limit = waves.limit(prompts.get(i).length);
        rows.add(new Row(rows.size(), i, (BitSet) inPrompt.clone(), random, limit));
      }
    }
    try (Draws draws = new Draws(params, rows);
        Decoder.Rows cache =
            decoder.start(model, prompts, rows.stream().mapToInt(r -> r.prompt).toArray())) {
      decode(cache, rows, params, draws);
    }
    PolicyVersion version = new PolicyVersion(name, step.getAsLong());
    int next = 0;
    for (Share share : wave) {
      for (int member = share.from(); member < share.to(); member++) {
        completions[share.request()][member] = rows.get(next++).completion(tokenizer, version);
      }
    }
  }

  private void decode(Decoder.Rows cache, List<Row> rows, SamplingParams params, Draws draws) {
    rows.forEach(row -> row.place = row.prompt);
    draws.draw(rows, cache.promptLogits());
    List<Row> active = goingOn(rows, params, cache);
    while (!active.isEmpty()) {
      int[] indices = active.stream().mapToInt(row -> row.index).toArray();
      int[] tokens = active.stream().mapToInt(Row::lastToken).toArray();
      Scores scores = cache.append(indices, tokens);
      for (int i = 0; i < active.size(); i++) {
        active.get(i).place = i;
      }
      draws.draw(active, scores);
      active = goingOn(active, params, cache);
    }
  }

  /** Draws the next tokens of rows where their scores lie, or in Java. */
  private final class Draws implements AutoCloseable {
    private final SamplingParams params;
    private final List<TokenChoice> choices;
    private final Optional<TensorChoice> onDevice;

    Draws(SamplingParams params, List<Row> rows) {
      this.params = params;
      choices =
          Stream.generate(() -> new TokenChoice(params, config.vocabSize(), decoder.logitsStride()))
              .limit(threads(rows.size()))
              .toList();
      onDevice =
          decoder.scoresLieOnDevice() && TensorChoice.covers(params, model.device())
              ? Optional.of(
                  new TensorChoice(
                      params,
                      model.device(),
                      config.vocabSize(),
                      rows.stream().map(row -> row.seen).toList()))
              : Optional.empty();
    }

    /** Threads that draw at the same time: as many as have scores enough to look at. */
    private int threads(int rows) {
      long scores = (long) rows * config.vocabSize();
      return (int)
          Math.clamp(scores / SCORES_OF_THREAD, 1, Runtime.getRuntime().availableProcessors());
    }

    void draw(List<Row> rows, Scores scores) {
      if (onDevice.isPresent() && scores instanceof Scores.OnDevice(Tensor rowsV, int _)) {
        draw(rows, rowsV, onDevice.get());
        return;
      }
      float[] values = scores.values();
      IntStream.range(0, choices.size())
          .parallel()
          .forEach(
              part -> {
                for (int i = part; i < rows.size(); i += choices.size()) {
                  Row row = rows.get(i);
                  row.draw(choices.get(part), values, row.place * decoder.logitsStride());
                }
              });
    }

    private void draw(List<Row> rows, Tensor scores, TensorChoice choice) {
      TensorChoice.Drawn drawn =
          choice.draw(
              scores,
              rows.stream().mapToLong(row -> row.place).toArray(),
              rows.stream().mapToInt(row -> row.index).toArray(),
              rows.stream()
                  .mapToDouble(row -> params.temperature() == 0 ? 0 : row.random.nextDouble())
                  .toArray());
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).drawn = drawn.ids()[i];
        rows.get(i).drawnLogProb = drawn.logProbs()[i];
      }
    }

    @Override
    public void close() {
      onDevice.ifPresent(TensorChoice::close);
    }
  }

  /** Takes what was drawn for every row, and returns the rows that go on. */
  private List<Row> goingOn(List<Row> rows, SamplingParams params, Decoder.Rows cache) {
    List<Row> active = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (!Float.isFinite(row.drawnLogProb)) {
        throw new PolicyException(
            "Policy %s gives scores that are not numbers at token %d of a completion: its weights are damaged."
                .formatted(name, row.length));
      }
      row.addDrawn();
      if (config.eosTokenIds().contains(row.drawn)) {
        row.stopReason = StopReason.END_OF_TURN;
      } else if (stopped(row, params.stop())) {
        row.stopReason = StopReason.STOP_STRING;
      } else if (row.length < row.limit) {
        active.add(row);
        continue;
      }
      cache.finish(row.index);
    }
    return active;
  }

  /** Whether a stop string ends in the last token, which with those before it has its bytes. */
  private boolean stopped(Row row, List<String> stops) {
    if (stops.isEmpty()) {
      return false;
    }
    int longest = stops.stream().mapToInt(TorchSampler::utf8Length).max().orElse(0);
    int from = Math.max(0, row.length - longest);
    String tail = tokenizer.decode(Arrays.copyOfRange(row.ids, from, row.length));
    return stops.stream().anyMatch(tail::contains);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A completion on its way. */
  private static final class Row {
    final int index;
    final int prompt;
    final BitSet seen;
    final SplittableRandom random;
    final int limit;
    int length;
    int[] ids = new int[32];
    private float[] logProbs = new float[32];
    StopReason stopReason = StopReason.LENGTH;

    /** Which of the scores of the last step are the row's. */
    int place;

    int drawn;
    float drawnLogProb;

    Row(int index, int prompt, BitSet seen, SplittableRandom random, int limit) {
      this.index = index;
      this.prompt = prompt;
      this.seen = seen;
      this.random = random;
      this.limit = limit;
    }

    void draw(TokenChoice choice, float[] logits, int from) {
      choice.draw(logits, from, seen, random);
      drawn = choice.id();
      drawnLogProb = choice.logProb();
    }

    void addDrawn() {
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, 2 * length);
        logProbs = Arrays.copyOf(logProbs, 2 * length);
      }
      ids[length] = drawn;
      logProbs[length++] = drawnLogProb;
      seen.set(drawn);
    }

    int lastToken() {
      return ids[length - 1];
    }

    Completion completion(Tokenizer tokenizer, PolicyVersion version) {
      int[] tokenIds = Arrays.copyOf(ids, length);
      return new Completion(
          tokenIds,
          Arrays.copyOf(logProbs, length),
          tokenizer.decode(tokenIds),
          stopReason,
          version);
    }
  }
}
