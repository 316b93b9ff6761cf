package toolr0.torch.checkpoint;

import java.util.List;
import java.util.OptionalInt;

/**
 * A family of checkpoints, with the keys of {@code config.json} that it alone reads. All families
 * are the same transformer: embedding, layers of grouped-query attention with rotary positions and
 * a SwiGLU block, each behind an RMSNorm, a final norm and a head; {@link #layer} says what a layer
 * has beside that.
 */
public sealed interface ModelFamily {

  /** Every {@code model_type} that is read. */
  List<String> MODEL_TYPES = List.of(Llama.MODEL_TYPE, Qwen2.MODEL_TYPE, Qwen3.MODEL_TYPE);

  /** Its name in {@code config.json}. */
  String modelType();

  /** The class that {@code architectures} names. */
  String architecture();

  /** What a layer has. */
  LayerRecipe layer();

  /** The width of a head when {@code head_dim} is missing; empty for hidden_size / heads. */
  default OptionalInt headDimWhenMissing() {
    return OptionalInt.empty();
  }

  /** The longest sequence when {@code max_position_embeddings} is missing. */
  default int maxPositionEmbeddingsWhenMissing() {
    return 32_768;
  }

  /** Whether a missing {@code num_key_value_heads} means as many as there are query heads. */
  default boolean keyValueHeadsMayBeMissing() {
    return false;
  }

  /** Qwen2 and Qwen2.5: queries, keys and values have biases, whatever the configuration says. */
  record Qwen2() implements ModelFamily {
    static final String MODEL_TYPE = "qwen2";

    @Override
    public String modelType() {
      return MODEL_TYPE;
    }

    @Override
    public String architecture() {
      return "Qwen2ForCausalLM";
    }

    @Override
    public LayerRecipe layer() {
      return new LayerRecipe(true, false, false, false);
    }
  }

  /**
   * Qwen3: heads have a width of their own, and queries and keys are normalised.
   *
   * @param attentionBias whether the four projections of attention have biases
   */
  record Qwen3(boolean attentionBias) implements ModelFamily {
    static final String MODEL_TYPE = "qwen3";
    private static final int HEAD_DIM = 128;

    @Override
    public String modelType() {
      return MODEL_TYPE;
    }

    @Override
    public String architecture() {
      return "Qwen3ForCausalLM";
    }

    @Override
    public LayerRecipe layer() {
      return new LayerRecipe(attentionBias, attentionBias, false, true);
    }

    @Override
    public OptionalInt headDimWhenMissing() {
      return OptionalInt.of(HEAD_DIM);
    }
  }

  /**
   * Llama 2 and 3.
   *
   * @param attentionBias whether the four projections of attention have biases
   * @param mlpBias whether the three matrices of the feed-forward layer have biases
   */
  record Llama(boolean attentionBias, boolean mlpBias) implements ModelFamily {
    static final String MODEL_TYPE = "llama";

    @Override
    public String modelType() {
      return MODEL_TYPE;
    }

    @Override
    public String architecture() {
      return "LlamaForCausalLM";
    }

    @Override
    public LayerRecipe layer() {
      return new LayerRecipe(attentionBias, attentionBias, mlpBias, false);
    }

    @Override
    public int maxPositionEmbeddingsWhenMissing() {
      return 2048;
    }

    @Override
    public boolean keyValueHeadsMayBeMissing() {
      return true;
    }
  }
}
