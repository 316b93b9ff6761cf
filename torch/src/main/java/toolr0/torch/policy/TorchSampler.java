package toolr0.torch.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
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
import toolr0.torch.decode.PackedAdapters;
import toolr0.torch.decode.TokenChoice;
import toolr0.torch.model.Transformer;
import toolr0.torch.policy.Waves.Share;

/**
 * Samples in batches with a key-value cache. Requests are taken in order of prompt length, so that
 * little is padded; each prompt is read once for all its completions, and finished completions
 * leave the batch.
 */
final class TorchSampler implements Sampler, AutoCloseable {
  private final ModelConfig config;
  private final Transformer model;
  private final Decoder decoder;
  private final Optional<PackedAdapters> adapters;
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
    this.adapters = model.adapters().map(PackedAdapters::new);
    this.tokenizer = tokenizer;
    this.name = name;
    this.step = step;
    this.keyValueBudget = keyValueBudget;
  }

  @Override
  public void close() {
    adapters.ifPresent(PackedAdapters::close);
  }

  @Override
  public List<Group> sample(List<SampleRequest> requests, SamplingParams params) {
    requests.forEach(this::requireFits);
    Completion[][] completions = new Completion[requests.size()][];
    Arrays.setAll(completions, i -> new Completion[requests.get(i).numGenerations()]);
    Waves waves = new Waves(config, params.maxCompletionLength());
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
    try (Decoder.Rows cache =
        decoder.start(model, adapters, prompts, rows.stream().mapToInt(r -> r.prompt).toArray())) {
      decode(cache, rows, params);
    }
    PolicyVersion version = new PolicyVersion(name, step.getAsLong());
    int next = 0;
    for (Share share : wave) {
      for (int member = share.from(); member < share.to(); member++) {
        completions[share.request()][member] = rows.get(next++).completion(tokenizer, version);
      }
    }
  }

  private void decode(Decoder.Rows cache, List<Row> rows, SamplingParams params) {
    TokenChoice choice = new TokenChoice(params, config.vocabSize(), decoder.logitsStride());
    List<Row> active = draw(rows, cache.promptLogits(), row -> row.prompt, choice, params, cache);
    while (!active.isEmpty()) {
      int[] indices = active.stream().mapToInt(row -> row.index).toArray();
      int[] tokens = active.stream().mapToInt(Row::lastToken).toArray();
      float[] logits = cache.append(indices, tokens);
      int[] place = {0};
      active = draw(active, logits, row -> place[0]++, choice, params, cache);
    }
  }

  /** Draws the next token of every row and returns the rows that go on. */
  private List<Row> draw(
      List<Row> rows,
      float[] logits,
      ToIntFunction<Row> place,
      TokenChoice choice,
      SamplingParams params,
      Decoder.Rows cache) {
    List<Row> active = new ArrayList<>(rows.size());
    for (Row row : rows) {
      choice.draw(logits, place.applyAsInt(row) * decoder.logitsStride(), row.seen, row.random);
      if (!Float.isFinite(choice.logProb())) {
        throw new PolicyException(
            "Policy %s gives scores that are not numbers at token %d of a completion: its weights are damaged."
                .formatted(name, row.length));
      }
      row.add(choice.id(), choice.logProb());
      if (config.eosTokenIds().contains(choice.id())) {
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

    Row(int index, int prompt, BitSet seen, SplittableRandom random, int limit) {
      this.index = index;
      this.prompt = prompt;
      this.seen = seen;
      this.random = random;
      this.limit = limit;
    }

    void add(int id, float logProb) {
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, 2 * length);
        logProbs = Arrays.copyOf(logProbs, 2 * length);
      }
      ids[length] = id;
      logProbs[length++] = logProb;
      seen.set(id);
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
