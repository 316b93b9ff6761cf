package toolr0.torch.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The family and the dimensions of a model, as {@code config.json} gives them; components have
 * Hugging Face's names.
 *
 * @param family what the model is beyond its dimensions
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param numHiddenLayers number of decoder layers
 * @param numAttentionHeads number of query heads
 * @param numKeyValueHeads number of key and value heads; divides the query heads
 * @param headDim width of a head; even
 * @param rmsNormEps added to the mean square inside RMSNorm
 * @param rope the rotary embeddings
 * @param maxPositionEmbeddings longest sequence, in tokens
 * @param tieWordEmbeddings whether the output head is the embedding
 * @param initializerRange standard deviation of fresh weights
 * @param bosTokenId starts a text, if the family has such a token
 * @param eosTokenIds end a completion; {@code generation_config.json} wins over {@code config.json}
 * @param padTokenId fills batches for other programs; has no meaning here
 * @param repetitionPenalty what {@code generation_config.json} wants in greedy answers, above 0; 1
 *     is none
 */
public record ModelConfig(
    ModelFamily family,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    double rmsNormEps,
    Rope rope,
    int maxPositionEmbeddings,
    boolean tieWordEmbeddings,
    double initializerRange,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds,
    OptionalInt padTokenId,
    double repetitionPenalty) {

  /** The file that holds the dimensions. */
  public static final String CONFIG_FILE = "config.json";

  /** The file that holds the stop ids. */
  public static final String GENERATION_FILE = "generation_config.json";

  public ModelConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", numHiddenLayers);
    positive("num_attention_heads", numAttentionHeads);
    positive("num_key_value_heads", numKeyValueHeads);
    positive("head_dim", headDim);
    positive("max_position_embeddings", maxPositionEmbeddings);
    check(headDim % 2 == 0, "head_dim is " + headDim + ", rotary embeddings need an even number");
    check(
        numAttentionHeads % numKeyValueHeads == 0,
        "num_attention_heads is %d, no multiple of num_key_value_heads %d"
            .formatted(numAttentionHeads, numKeyValueHeads));
    check(
        (long) numAttentionHeads * headDim <= Integer.MAX_VALUE,
        "num_attention_heads times head_dim is too large");
    check(rmsNormEps > 0 && rmsNormEps < 1, "rms_norm_eps is " + rmsNormEps + ", expected 0 to 1");
    check(
        initializerRange >= 0 && initializerRange < 10,
        "initializer_range is " + initializerRange + ", expected 0 to 10");
    check(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetition_penalty is " + repetitionPenalty + ", expected a positive number");
    tokenId("bos_token_id", bosTokenId, vocabSize);
    tokenId("pad_token_id", padTokenId, vocabSize);
    for (int id : eosTokenIds) {
      tokenId("eos_token_id", OptionalInt.of(id), vocabSize);
    }
  }

  private static void tokenId(String key, OptionalInt id, int vocabSize) {
    check(
        id.isEmpty() || (id.getAsInt() >= 0 && id.getAsInt() < vocabSize),
        "%s is %d, outside the vocabulary of vocab_size %d"
            .formatted(key, id.orElse(0), vocabSize));
  }

  private static void positive(String key, int value) {
    check(value > 0, key + " is " + value + ", expected at least 1");
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * Reads {@code config.json} and, if it is there, {@code generation_config.json} of a folder.
   *
   * @throws CheckpointException if a file is missing or wrong, or asks for something that is not
   *     supported; the message names file and key
   */
  public static ModelConfig read(Path folder) {
    return new ModelConfigReader(folder).read();
  }

  /**
   * Writes {@code config.json} and {@code generation_config.json} as Hugging Face's classes of the
   * family spell them.
   */
  public void write(Path folder, DType weights) {
    ModelConfigWriter writer = new ModelConfigWriter(this);
    writer.writeConfig(folder, weights);
    writer.writeGeneration(folder);
  }

  /**
   * Leaves one id of several that end a completion in the {@code config.json} of a Qwen checkpoint,
   * where Qwen's own files have one number and some programs take no more. It is the first, and
   * {@code generation_config.json} keeps all; where that names none, nothing changes.
   *
   * @throws CheckpointException if a file is missing or wrong
   */
  public static void nameOneStopId(Path folder) {
    ModelConfigWriter.nameOneStopId(folder);
  }

  /** The tensors of a checkpoint with these dimensions. */
  public ModelTensors tensors() {
    return ModelTensors.of(this);
  }

  /**
   * Every tensor that a checkpoint with these dimensions holds, with its shape, in the model's
   * order.
   */
  public Map<String, List<Long>> tensorShapes() {
    return tensors().shapes();
  }

  /** Number of weights; a tied head counts once. */
  public long parameterCount() {
    return tensorShapes().values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
        .sum();
  }
}
