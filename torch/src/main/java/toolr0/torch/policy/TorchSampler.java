package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import toolr0.chat.Tokenizer;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.PolicyException;
import toolr0.policy.PolicyVersion;
import toolr0.policy.SampleRequest;
import toolr0.policy.Sampler;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;
import toolr0.torch.model.KvCache;
import toolr0.torch.model.Transformer;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Samples in batches with a key-value cache. Requests are taken in order of prompt length, so that
 * little is padded; each prompt is read once for all its completions, and finished completions
 * leave the batch.
 */
final class TorchSampler implements Sampler {
  /**
   * Rows decoded together: enough to make matrix products of the decode step efficient on a CPU.
   */
  private static final int ROWS_PER_BATCH = 128;

  private static final double KEPT_BLOCKS_BEFORE_COMPACTION = 0.75;

  private final Transformer model;
  private final Tokenizer tokenizer;
  private final String name;
  private final LongSupplier step;

  TorchSampler(Transformer model, Tokenizer tokenizer, String name, LongSupplier step) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.name = name;
    this.step = step;
  }

  @Override
  public List<Group> sample(List<SampleRequest> requests, SamplingParams params) {
    requests.forEach(this::requireFits);
    Integer[] byLength = new Integer[requests.size()];
    Arrays.setAll(byLength, i -> i);
    Arrays.sort(byLength, Comparator.comparingInt(i -> requests.get(i).prompt().tokenIds().length));
    Group[] groups = new Group[requests.size()];
    List<Integer> batch = new ArrayList<>();
    int rows = 0;
    for (int index : byLength) {
      int generations = requests.get(index).numGenerations();
      if (!batch.isEmpty() && rows + generations > ROWS_PER_BATCH) {
        sampleBatch(requests, batch, params, groups);
        batch.clear();
        rows = 0;
      }
      batch.add(index);
      rows += generations;
    }
    if (!batch.isEmpty()) {
      sampleBatch(requests, batch, params, groups);
    }
    return List.of(groups);
  }

  private void requireFits(SampleRequest request) {
    int length = request.prompt().tokenIds().length;
    int context = model.config().maxPositionEmbeddings();
    if (length == 0 || length >= context) {
      throw new PolicyException(
          "Prompt %s has %d tokens, but policy %s needs at least 1 and reads at most %d with one token to answer; shorten the prompt or use a model with a longer context."
              .formatted(request.prompt().id(), length, name, context - 1));
    }
  }

  private void sampleBatch(
      List<SampleRequest> requests, List<Integer> batch, SamplingParams params, Group[] groups) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<SampleRequest> chosen = batch.stream().map(requests::get).toList();
      List<int[]> prompts = chosen.stream().map(r -> r.prompt().tokenIds()).toList();
      int mostGenerations =
          chosen.stream().mapToInt(SampleRequest::numGenerations).max().orElseThrow();
      int longest = prompts.getLast().length;
      int maxNew =
          Math.min(
              params.maxCompletionLength(),
              model.config().maxPositionEmbeddings() - prompts.getFirst().length);
      int width = KvCache.width(longest, maxNew, mostGenerations);
      List<Row> rows = new ArrayList<>();
      List<Integer> promptOfBlock = new ArrayList<>();
      for (int i = 0; i < chosen.size(); i++) {
        SampleRequest request = chosen.get(i);
        for (int member = 0; member < request.numGenerations(); member++) {
          if (member % width == 0) {
            promptOfBlock.add(i);
          }
          int slot = (promptOfBlock.size() - 1) * width + member % width;
          rows.add(
              new Row(
                  i, prompts.get(i).length, slot, request.seed().derive(member).random(), maxNew));
        }
      }
      KvCache.Prefilled prefilled =
          KvCache.prefill(
              model,
              prompts,
              promptOfBlock.stream().mapToInt(Integer::intValue).toArray(),
              width,
              maxNew);
      try (KvCache cache = prefilled.cache()) {
        decode(cache, prefilled.lastHidden(), List.copyOf(rows), params);
      }
      collect(batch, chosen, rows, groups);
    }
  }

  private void decode(KvCache cache, Tensor lastHidden, List<Row> rows, SamplingParams params) {
    int vocabulary = model.config().vocabSize();
    float[] logProbs = new float[rows.size() * vocabulary];
    List<Row> active;
    try (TensorScope scope = TensorScope.open()) {
      Tensors.copyTo(logProbs(lastHidden, params), logProbs);
      active = draw(rows, row -> row.prompt, logProbs, vocabulary, params);
    }
    while (!active.isEmpty()) {
      active = compact(cache, active);
      try (TensorScope scope = TensorScope.open()) {
        long[] tokens = new long[active.size()];
        long[] positions = new long[active.size()];
        int[] slots = new int[active.size()];
        for (int i = 0; i < slots.length; i++) {
          Row row = active.get(i);
          tokens[i] = row.lastToken();
          positions[i] = row.promptLength + row.length - 1L;
          slots[i] = row.slot;
        }
        Tensors.copyTo(logProbs(cache.append(tokens, positions, slots), params), logProbs);
        List<Row> sampled = active;
        int[] place = {0};
        active = draw(sampled, row -> place[0]++, logProbs, vocabulary, params);
      }
    }
  }

  private Tensor logProbs(Tensor hidden, SamplingParams params) {
    Tensor logits = model.logits(hidden);
    double temperature = params.temperature();
    return torch.log_softmax(
        temperature == 0 || temperature == 1 ? logits : logits.div_(Tensors.scalar(temperature)),
        -1);
  }

  private interface Place {
    int of(Row row);
  }

  /** Draws the next token of every row and returns the rows that go on. */
  private List<Row> draw(
      List<Row> rows, Place place, float[] logProbs, int vocabulary, SamplingParams params) {
    List<Row> active = new ArrayList<>(rows.size());
    for (Row row : rows) {
      int from = place.of(row) * vocabulary;
      int id = TokenChoice.choose(logProbs, from, vocabulary, params, row.random);
      if (Float.isNaN(logProbs[from + id])) {
        throw new PolicyException(
            "Policy %s gives scores that are not numbers at token %d of a completion: its weights are damaged."
                .formatted(name, row.length));
      }
      row.add(id, logProbs[from + id]);
      if (model.config().eosTokenIds().contains(id)) {
        row.stopReason = StopReason.END_OF_TURN;
      } else if (!params.stop().isEmpty() && stopped(row, params.stop())) {
        row.stopReason = StopReason.STOP_STRING;
      } else if (row.length < row.limit(model.config().maxPositionEmbeddings())) {
        active.add(row);
      }
    }
    return active;
  }

  private boolean stopped(Row row, List<String> stops) {
    int longest = stops.stream().mapToInt(String::length).max().orElse(0);
    int from = Math.max(0, row.length - longest - 1);
    String tail = tokenizer.decode(Arrays.copyOfRange(row.ids, from, row.length));
    return stops.stream().anyMatch(tail::contains);
  }

  private static List<Row> compact(KvCache cache, List<Row> active) {
    int width = cache.width();
    int[] kept = active.stream().mapToInt(r -> r.slot / width).distinct().toArray();
    if (kept.length > KEPT_BLOCKS_BEFORE_COMPACTION * cache.blocks()) {
      return active;
    }
    cache.keepBlocks(kept);
    for (Row row : active) {
      row.slot = Arrays.binarySearch(kept, row.slot / width) * width + row.slot % width;
    }
    return active;
  }

  private void collect(
      List<Integer> batch, List<SampleRequest> chosen, List<Row> rows, Group[] groups) {
    PolicyVersion version = new PolicyVersion(name, step.getAsLong());
    int next = 0;
    for (int i = 0; i < chosen.size(); i++) {
      List<Completion> completions = new ArrayList<>();
      for (int member = 0; member < chosen.get(i).numGenerations(); member++) {
        completions.add(rows.get(next++).completion(tokenizer, version));
      }
      groups[batch.get(i)] = new Group(chosen.get(i).prompt(), completions);
    }
  }

  /** A completion on its way. */
  private static final class Row {
    final int prompt;
    final int promptLength;
    final SplittableRandom random;
    private final int maxNewTokens;
    int slot;
    int length;
    int[] ids = new int[32];
    private float[] logProbs = new float[32];
    StopReason stopReason = StopReason.LENGTH;

    Row(int prompt, int promptLength, int slot, SplittableRandom random, int maxNewTokens) {
      this.prompt = prompt;
      this.promptLength = promptLength;
      this.slot = slot;
      this.random = random;
      this.maxNewTokens = maxNewTokens;
    }

    void add(int id, float logProb) {
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, 2 * length);
        logProbs = Arrays.copyOf(logProbs, 2 * length);
      }
      ids[length] = id;
      logProbs[length++] = logProb;
    }

    int lastToken() {
      return ids[length - 1];
    }

    int limit(int context) {
      return Math.min(maxNewTokens, context - promptLength);
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
