package toolr0.torch.decode;

import java.util.List;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Transformer;

/**
 * Continues prompts token by token: each prompt is read once for all the rows that continue it, and
 * a step appends a token to every row that goes on.
 */
public sealed interface Decoder extends AutoCloseable permits VectorDecoder, TensorDecoder {

  /**
   * A decoder of a model; {@link #start} takes the weights as they are then.
   *
   * <p>On the CPU steps are code of our own: through libtorch the overhead of a small model's many
   * small operations is most of a step, which takes two to seven times as long (docs/devices.md).
   *
   * @param threads most threads of a step on the CPU
   */
  static Decoder of(Transformer model, int threads) {
    return model.device().isCpu() ? new VectorDecoder(model, threads) : new TensorDecoder(model);
  }

  /**
   * Bytes of the keys and values of a prompt and of rows that continue it.
   *
   * @param longest tokens that a row appends at most
   */
  static long keyValueBytes(
      ModelConfig config, Compute compute, int prompt, int rows, int longest) {
    return compute.device().isCpu()
        ? VectorDecoder.keyValueBytes(config, compute.precision(), prompt, rows, longest)
        : TensorDecoder.keyValueBytes(config, prompt, rows, longest);
  }

  /** Prompts of so many tokens that are read at the same time elsewhere than on the CPU. */
  static int promptsTogether(int tokens) {
    return Math.max(1, TensorDecoder.READ_TOGETHER / tokens);
  }

  /** Whether scores are {@link Scores.OnDevice}. */
  default boolean scoresLieOnDevice() {
    return this instanceof TensorDecoder;
  }

  /** Values between the logits of one row and the next: at least the vocabulary. */
  int logitsStride();

  /**
   * Reads prompts once each.
   *
   * @param over this decoder's model, with adapters or without, which are taken as they are now
   * @param prompts the prompts' ids, each with at least one
   * @param promptOfRow for each row the index of the prompt that it continues
   */
  Rows start(Transformer over, List<int[]> prompts, int[] promptOfRow);

  @Override
  void close();

  /** Rows that continue prompts. */
  interface Rows extends AutoCloseable {

    /** Scores after each prompt. */
    Scores promptLogits();

    /**
     * Appends one token to each of the given rows.
     *
     * @param rowsA distinct rows that have not been finished
     * @param tokensA the tokens
     * @return scores after each, in the order given; valid until the next call
     */
    Scores append(int[] rowsA, int[] tokensA);

    /** Frees what a row has appended; the row takes no more tokens. */
    void finish(int row);

    @Override
    void close();
  }
}
