package toolr0.torch.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Names and shapes of a checkpoint's tensors, by what the transformer does with them. This is the
 * one place that knows the names.
 *
 * @param embedding [vocabulary, width]
 * @param layers from the first to the last
 * @param finalNorm [width]
 * @param lmHead [vocabulary, width]; empty when it is the embedding
 */
public record ModelTensors(
    Spec embedding, List<Layer> layers, Spec finalNorm, Optional<Spec> lmHead) {

  private static final String LM_HEAD = "lm_head.weight";

  /** A tensor's name and its dimensions, outermost first. */
  public record Spec(String name, List<Long> shape) {
    public Spec {
      shape = List.copyOf(shape);
    }

    static Spec of(String name, long... shape) {
      return new Spec(name, Arrays.stream(shape).boxed().toList());
    }

    /** Number of its values. */
    public long elements() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  /** A matrix [out, in], and its bias [out] if it has one. */
  public record Linear(Spec weight, Optional<Spec> bias) {
    static Linear of(String name, long out, long in, boolean bias) {
      return new Linear(
          Spec.of(name + ".weight", out, in),
          bias ? Optional.of(Spec.of(name + ".bias", out)) : Optional.empty());
    }

    /** The layer's own name, for example {@code q_proj}. */
    public String module() {
      String path = path();
      return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The layer's name in the model, for example {@code model.layers.0.self_attn.q_proj}. */
    public String path() {
      return weight.name().substring(0, weight.name().length() - ".weight".length());
    }

    Stream<Spec> specs() {
      return Stream.concat(Stream.of(weight), bias.stream());
    }
  }

  /** Norms over the width of a head, [headDim] each. */
  public record QueryKeyNorm(Spec query, Spec key) {}

  /** The tensors of one layer. */
  public record Layer(
      Spec inputNorm,
      Linear query,
      Linear key,
      Linear value,
      Optional<QueryKeyNorm> queryKeyNorm,
      Linear output,
      Spec postNorm,
      Linear gate,
      Linear up,
      Linear down) {

    private static Layer of(ModelConfig config, int index) {
      LayerRecipe recipe = config.family().layer();
      long width = config.hiddenSize();
      long inner = config.intermediateSize();
      long queries = (long) config.numAttentionHeads() * config.headDim();
      long keys = (long) config.numKeyValueHeads() * config.headDim();
      String layer = "model.layers." + index + ".";
      String attention = layer + "self_attn.";
      boolean bias = recipe.queryKeyValueBias();
      return new Layer(
          Spec.of(layer + "input_layernorm.weight", width),
          Linear.of(attention + "q_proj", queries, width, bias),
          Linear.of(attention + "k_proj", keys, width, bias),
          Linear.of(attention + "v_proj", keys, width, bias),
          recipe.queryKeyNorm()
              ? Optional.of(
                  new QueryKeyNorm(
                      Spec.of(attention + "q_norm.weight", config.headDim()),
                      Spec.of(attention + "k_norm.weight", config.headDim())))
              : Optional.empty(),
          Linear.of(attention + "o_proj", width, queries, recipe.outputBias()),
          Spec.of(layer + "post_attention_layernorm.weight", width),
          Linear.of(layer + "mlp.gate_proj", inner, width, recipe.mlpBias()),
          Linear.of(layer + "mlp.up_proj", inner, width, recipe.mlpBias()),
          Linear.of(layer + "mlp.down_proj", width, inner, recipe.mlpBias()));
    }

    /** The linear layers. */
    public List<Linear> linears() {
      return List.of(query, key, value, output, gate, up, down);
    }

    private Stream<Spec> specs() {
      return Stream.of(
              Stream.of(inputNorm),
              query.specs(),
              key.specs(),
              value.specs(),
              queryKeyNorm.stream().flatMap(norms -> Stream.of(norms.query(), norms.key())),
              output.specs(),
              Stream.of(postNorm),
              gate.specs(),
              up.specs(),
              down.specs())
          .flatMap(specs -> specs);
    }
  }

  public ModelTensors {
    layers = List.copyOf(layers);
  }

  /** The tensors of a model with these dimensions. */
  static ModelTensors of(ModelConfig config) {
    long vocabulary = config.vocabSize();
    long width = config.hiddenSize();
    return new ModelTensors(
        Spec.of("model.embed_tokens.weight", vocabulary, width),
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(index -> Layer.of(config, index))
            .toList(),
        Spec.of("model.norm.weight", width),
        config.tieWordEmbeddings()
            ? Optional.empty()
            : Optional.of(Spec.of(LM_HEAD, vocabulary, width)));
  }

  /**
   * Whether a file may hold a tensor of this name that the model does not read: a tied head
   * repeated, or the rotary wavelengths of old files, both of which are derived.
   */
  boolean ignores(String name) {
    return (lmHead.isEmpty() && name.equals(LM_HEAD)) || name.endsWith(".rotary_emb.inv_freq");
  }

  /** Every tensor with its shape, in the model's order. */
  Map<String, List<Long>> shapes() {
    List<Spec> all = new ArrayList<>();
    all.add(embedding);
    layers.forEach(layer -> layer.specs().forEach(all::add));
    all.add(finalNorm);
    lmHead.ifPresent(all::add);
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    all.forEach(spec -> shapes.put(spec.name(), spec.shape()));
    return shapes;
  }
}
