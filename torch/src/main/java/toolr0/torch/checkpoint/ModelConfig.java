package toolr0.torch.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The dimensions of a Qwen2 model, as {@code config.json} gives them; components have Hugging
 * Face's names.
 *
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param numHiddenLayers number of decoder layers
 * @param numAttentionHeads number of query heads
 * @param numKeyValueHeads number of key and value heads; divides the query heads
 * @param headDim width of a head; even
 * @param rmsNormEps added to the mean square inside RMSNorm
 * @param ropeTheta base of the rotary embedding's wavelengths
 * @param maxPositionEmbeddings longest sequence, in tokens
 * @param tieWordEmbeddings whether the output head is the embedding
 * @param initializerRange standard deviation of fresh weights
 * @param bosTokenId starts a text, if the family has such a token
 * @param eosTokenIds end a completion; {@code generation_config.json} wins over {@code config.json}
 * @param padTokenId fills batches for other programs; has no meaning here
 */
public record ModelConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    double rmsNormEps,
    double ropeTheta,
    int maxPositionEmbeddings,
    boolean tieWordEmbeddings,
    double initializerRange,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds,
    OptionalInt padTokenId) {

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
        ropeTheta > 0 && Double.isFinite(ropeTheta),
        "rope_theta is " + ropeTheta + ", expected a positive number");
    check(
        initializerRange >= 0 && initializerRange < 10,
        "initializer_range is " + initializerRange + ", expected 0 to 10");
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
   * Writes {@code config.json} and {@code generation_config.json} as Hugging Face's Qwen2 spells
   * them.
   */
  public void write(Path folder, DType weights) {
    writeConfig(folder, weights);
    writeGeneration(folder);
  }

  void writeConfig(Path folder, DType weights) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("Qwen2ForCausalLM"));
    config.put("attention_dropout", 0.0);
    putTokenIds(config);
    config.put("hidden_act", "silu");
    config.put("hidden_size", hiddenSize);
    config.put("initializer_range", initializerRange);
    config.put("intermediate_size", intermediateSize);
    config.put("max_position_embeddings", maxPositionEmbeddings);
    config.put("max_window_layers", numHiddenLayers);
    config.put("model_type", "qwen2");
    config.put("num_attention_heads", numAttentionHeads);
    config.put("num_hidden_layers", numHiddenLayers);
    config.put("num_key_value_heads", numKeyValueHeads);
    config.put("rms_norm_eps", rmsNormEps);
    config.put("rope_theta", ropeTheta);
    config.put("tie_word_embeddings", tieWordEmbeddings);
    config.put("torch_dtype", weights.torchName());
    config.put("use_cache", true);
    config.put("use_sliding_window", false);
    config.put("vocab_size", vocabSize);
    if ((long) headDim * numAttentionHeads != hiddenSize) {
      config.put("head_dim", headDim);
    }
    JsonFile.write(folder.resolve(CONFIG_FILE), config);
  }

  void writeGeneration(Path folder) {
    Map<String, Object> generation = new LinkedHashMap<>();
    putTokenIds(generation);
    generation.put("do_sample", true);
    generation.put("temperature", 1.0);
    JsonFile.write(folder.resolve(GENERATION_FILE), generation);
  }

  private void putTokenIds(Map<String, Object> json) {
    bosTokenId.ifPresent(id -> json.put("bos_token_id", id));
    padTokenId.ifPresent(id -> json.put("pad_token_id", id));
    if (eosTokenIds.size() == 1) {
      json.put("eos_token_id", eosTokenIds.getFirst());
    } else if (!eosTokenIds.isEmpty()) {
      json.put("eos_token_id", eosTokenIds);
    }
  }

  /**
   * Every tensor that a checkpoint with these dimensions holds, with its shape, in the model's
   * order.
   */
  public Map<String, List<Long>> tensorShapes() {
    long hidden = hiddenSize;
    long queries = (long) numAttentionHeads * headDim;
    long keys = (long) numKeyValueHeads * headDim;
    long inner = intermediateSize;
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", List.of((long) vocabSize, hidden));
    for (int layer = 0; layer < numHiddenLayers; layer++) {
      String prefix = "model.layers." + layer + ".";
      shapes.put(prefix + "input_layernorm.weight", List.of(hidden));
      shapes.put(prefix + "self_attn.q_proj.weight", List.of(queries, hidden));
      shapes.put(prefix + "self_attn.q_proj.bias", List.of(queries));
      for (String projection : List.of("k_proj", "v_proj")) {
        shapes.put(prefix + "self_attn." + projection + ".weight", List.of(keys, hidden));
        shapes.put(prefix + "self_attn." + projection + ".bias", List.of(keys));
      }
      shapes.put(prefix + "self_attn.o_proj.weight", List.of(hidden, queries));
      shapes.put(prefix + "post_attention_layernorm.weight", List.of(hidden));
      shapes.put(prefix + "mlp.gate_proj.weight", List.of(inner, hidden));
      shapes.put(prefix + "mlp.up_proj.weight", List.of(inner, hidden));
      shapes.put(prefix + "mlp.down_proj.weight", List.of(hidden, inner));
    }
    shapes.put("model.norm.weight", List.of(hidden));
    if (!tieWordEmbeddings) {
      shapes.put("lm_head.weight", List.of((long) vocabSize, hidden));
    }
    return shapes;
  }

  /** Number of weights; a tied head counts once. */
  public long parameterCount() {
    List<List<Long>> shapes = new ArrayList<>(tensorShapes().values());
    return shapes.stream().mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b)).sum();
  }
}
