package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import toolr0.policy.SampleRequest;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.decode.Decoder;
import toolr0.torch.model.Compute;

/**
 * How completions are divided into those that are sampled together: not more rows than are worth
 * it, and no more keys and values than memory is left for.
 */
final class Waves {

  /** Rows decoded together: enough to make matrix products of the decode step efficient. */
  static final int ROWS = 128;

  private final ModelConfig config;
  private final Compute compute;
  private final int maxCompletionLength;

  /** Some of the completions that a request asks for: members {@code from} to {@code to - 1}. */
  record Share(int request, int from, int to) {}

  Waves(ModelConfig config, Compute compute, int maxCompletionLength) {
    this.config = config;
    this.compute = compute;
    this.maxCompletionLength = maxCompletionLength;
  }

  /**
   * Bytes for keys and values when so many are free: the other half is for what is made of them.
   */
  static long budget(long free) {
    return free / 2;
  }

  /** Most tokens that a completion of a prompt can have. */
  int limit(int prompt) {
    return Math.min(maxCompletionLength, config.maxPositionEmbeddings() - prompt);
  }

  /** Bytes of the keys and values of a prompt and so many completions. */
  long keyValues(int prompt, int rows) {
    return Decoder.keyValueBytes(config, compute, prompt, rows, limit(prompt));
  }

  /**
   * Most bytes of keys and values at a time.
   *
   * @param prompt tokens of each prompt
   * @param groups prompts
   * @param generations completions of each
   * @param budget bytes of keys and values, unless a single row takes more
   */
  long most(int prompt, int groups, int generations, long budget) {
    long asked = together(groups, generations) * keyValues(prompt, generations);
    return Math.min(asked, Math.max(keyValues(prompt, 1), budget));
  }

  /** Most prompts that are continued together. */
  static long together(int groups, int generations) {
    return Math.clamp(groups, 1, Math.max(1, ROWS / generations));
  }

  /**
   * Divides requests, in order of prompt length.
   *
   * @param budget bytes of keys and values at a time, unless a single row takes more
   */
  List<List<Share>> of(List<SampleRequest> requests, long budget) {
    Integer[] byLength = new Integer[requests.size()];
    Arrays.setAll(byLength, i -> i);
    Arrays.sort(byLength, Comparator.comparingInt(i -> requests.get(i).prompt().tokenIds().length));
    List<List<Share>> waves = new ArrayList<>();
    List<Share> wave = new ArrayList<>();
    int rows = 0;
    long bytes = 0;
    for (int index : byLength) {
      int prompt = requests.get(index).prompt().tokenIds().length;
      int generations = requests.get(index).numGenerations();
      int from = 0;
      while (from < generations) {
        int count = generations - from;
        boolean full = rows + count > ROWS || bytes + keyValues(prompt, count) > budget;
        if (full && !wave.isEmpty()) {
          waves.add(wave);
          wave = new ArrayList<>();
          rows = 0;
          bytes = 0;
          continue;
        }
        while (count > 1 && keyValues(prompt, count) > budget) {
          count--;
        }
        wave.add(new Share(index, from, from + count));
        rows += count;
        bytes += keyValues(prompt, count);
        from += count;
      }
    }
    if (!wave.isEmpty()) {
      waves.add(wave);
    }
    return waves;
  }
}
