package toolr0.torch.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** The architecture written out number by number in double precision, on a checkpoint's tensors. */
final class PlainTransformer {
  private final ModelConfig config;
  private final Map<String, float[]> tensors = new HashMap<>();

  PlainTransformer(Weights weights) {
    config = weights.config();
    try (TensorScope scope = TensorScope.open()) {
      weights.export().forEach(t -> tensors.put(t.name(), Tensors.toFloats(t.values())));
    }
  }

  /** Scores of every id after every position, [T, V]. */
  double[][] logits(int[] ids) {
    int width = config.hiddenSize();
    float[] embedding = tensor("model.embed_tokens.weight");
    double[][] x = new double[ids.length][width];
    for (int t = 0; t < ids.length; t++) {
      for (int i = 0; i < width; i++) {
        x[t][i] = embedding[ids[t] * width + i];
      }
    }
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      layer("model.layers." + layer + ".", x);
    }
    String head = config.tieWordEmbeddings() ? "model.embed_tokens" : "lm_head";
    return Arrays.stream(x)
        .map(row -> linear(head, norm("model.norm.weight", row)))
        .toArray(double[][]::new);
  }

  private void layer(String name, double[][] x) {
    int heads = config.numAttentionHeads();
    int shared = heads / config.numKeyValueHeads();
    int headDim = config.headDim();
    double[][][] queries = new double[x.length][][];
    double[][][] keys = new double[x.length][][];
    double[][][] values = new double[x.length][][];
    for (int t = 0; t < x.length; t++) {
      double[] normed = norm(name + "input_layernorm.weight", x[t]);
      queries[t] = turning(name + "self_attn.q_", normed, t);
      keys[t] = turning(name + "self_attn.k_", normed, t);
      values[t] = heads(linear(name + "self_attn.v_proj", normed));
    }
    for (int t = 0; t < x.length; t++) {
      double[] attended = new double[heads * headDim];
      for (int h = 0; h < heads; h++) {
        double[] weights = new double[t + 1];
        double sum = 0;
        for (int s = 0; s <= t; s++) {
          double score = 0;
          for (int i = 0; i < headDim; i++) {
            score += queries[t][h][i] * keys[s][h / shared][i];
          }
          weights[s] = Math.exp(score / Math.sqrt(headDim));
          sum += weights[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < headDim; i++) {
            attended[h * headDim + i] += weights[s] / sum * values[s][h / shared][i];
          }
        }
      }
      add(x[t], linear(name + "self_attn.o_proj", attended));
      double[] normed = norm(name + "post_attention_layernorm.weight", x[t]);
      double[] gate = linear(name + "mlp.gate_proj", normed);
      double[] up = linear(name + "mlp.up_proj", normed);
      for (int i = 0; i < gate.length; i++) {
        up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
      }
      add(x[t], linear(name + "mlp.down_proj", up));
    }
  }

  /** Queries or keys of a position: projected, normalised where the family does, turned. */
  private double[][] turning(String name, double[] normed, int position) {
    double[][] heads = heads(linear(name + "proj", normed));
    float[] frequencies = config.rope().frequencies(config.headDim());
    int half = config.headDim() / 2;
    for (int h = 0; h < heads.length; h++) {
      if (tensors.containsKey(name + "norm.weight")) {
        heads[h] = norm(name + "norm.weight", heads[h]);
      }
      for (int i = 0; i < half; i++) {
        double angle = position * (double) frequencies[i];
        double a = heads[h][i];
        double b = heads[h][i + half];
        heads[h][i] = a * Math.cos(angle) - b * Math.sin(angle);
        heads[h][i + half] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return heads;
  }

  private double[][] heads(double[] row) {
    int headDim = config.headDim();
    double[][] heads = new double[row.length / headDim][];
    for (int h = 0; h < heads.length; h++) {
      heads[h] = Arrays.copyOfRange(row, h * headDim, (h + 1) * headDim);
    }
    return heads;
  }

  private double[] norm(String name, double[] row) {
    float[] weight = tensor(name);
    double square = Arrays.stream(row).map(v -> v * v).sum() / row.length;
    double[] result = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      result[i] = row[i] / Math.sqrt(square + config.rmsNormEps()) * weight[i];
    }
    return result;
  }

  private double[] linear(String name, double[] row) {
    float[] weight = tensor(name + ".weight");
    double[] result = new double[weight.length / row.length];
    for (int o = 0; o < result.length; o++) {
      result[o] = tensors.containsKey(name + ".bias") ? tensor(name + ".bias")[o] : 0;
      for (int i = 0; i < row.length; i++) {
        result[o] += weight[o * row.length + i] * row[i];
      }
    }
    return result;
  }

  private static void add(double[] to, double[] what) {
    for (int i = 0; i < to.length; i++) {
      to[i] += what[i];
    }
  }

  private float[] tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}
