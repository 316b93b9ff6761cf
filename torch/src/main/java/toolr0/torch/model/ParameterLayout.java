package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;
import toolr0.torch.checkpoint.ModelConfig;

/**
 * Where every parameter lies in the one flat buffer: matrices first (they take weight decay), then
 * norms and biases. Projections that read the same input are fused into one matrix; the rows of
 * rotary heads are interleaved so that a rotation is one complex product. A checkpoint never sees
 * either: {@link Part} says how to get its tensors back.
 */
final class ParameterLayout {

  /**
   * A checkpoint's tensor as rows of a slot.
   *
   * @param rotaryHeads number of heads whose rows are interleaved, 0 for none
   */
  record Part(String name, long firstRow, long rows, long rotaryHeads) {}

  /** A parameter: its place in the flat buffer, its shape and the checkpoint's tensors in it. */
  record Slot(long offset, long[] shape, List<Part> parts) {
    long numel() {
      return product(shape);
    }
  }

  /** The slots of one layer. */
  record LayerSlots(
      Slot qkv, Slot output, Slot gateUp, Slot down, Slot inputNorm, Slot qkvBias, Slot postNorm) {}

  private final List<Slot> slots = new ArrayList<>();
  private final List<LayerSlots> layers = new ArrayList<>();
  private final Slot embedding;
  private final Slot lmHead;
  private final Slot finalNorm;
  private final long matrixLength;
  private long length;

  ParameterLayout(ModelConfig config) {
    long d = config.hiddenSize();
    long f = config.intermediateSize();
    long h = config.numAttentionHeads();
    long k = config.numKeyValueHeads();
    long hd = config.headDim();
    embedding = matrix(d, part("model.embed_tokens.weight", config.vocabSize()));
    lmHead =
        config.tieWordEmbeddings()
            ? embedding
            : matrix(d, part("lm_head.weight", config.vocabSize()));
    List<Slot[]> matrices = new ArrayList<>();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      String prefix = "model.layers." + i + ".";
      String attention = prefix + "self_attn.";
      matrices.add(
          new Slot[] {
            matrix(
                d,
                new Part(attention + "q_proj.weight", 0, h * hd, h),
                new Part(attention + "k_proj.weight", 0, k * hd, k),
                part(attention + "v_proj.weight", k * hd)),
            matrix(h * hd, part(attention + "o_proj.weight", d)),
            matrix(
                d,
                part(prefix + "mlp.gate_proj.weight", f),
                part(prefix + "mlp.up_proj.weight", f)),
            matrix(f, part(prefix + "mlp.down_proj.weight", d))
          });
    }
    matrixLength = length;
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      String prefix = "model.layers." + i + ".";
      String attention = prefix + "self_attn.";
      Slot inputNorm = vector(part(prefix + "input_layernorm.weight", d));
      Slot bias =
          vector(
              new Part(attention + "q_proj.bias", 0, h * hd, h),
              new Part(attention + "k_proj.bias", 0, k * hd, k),
              part(attention + "v_proj.bias", k * hd));
      Slot postNorm = vector(part(prefix + "post_attention_layernorm.weight", d));
      Slot[] m = matrices.get(i);
      layers.add(new LayerSlots(m[0], m[1], m[2], m[3], inputNorm, bias, postNorm));
    }
    finalNorm = vector(part("model.norm.weight", d));
  }

  List<Slot> slots() {
    return slots;
  }

  List<LayerSlots> layers() {
    return layers;
  }

  Slot embedding() {
    return embedding;
  }

  Slot lmHead() {
    return lmHead;
  }

  Slot finalNorm() {
    return finalNorm;
  }

  /** Number of parameters; a tied head counts once. */
  long length() {
    return length;
  }

  /** Number of leading values that belong to matrices. */
  long matrixLength() {
    return matrixLength;
  }

  private static Part part(String name, long rows) {
    return new Part(name, 0, rows, 0);
  }

  private Slot matrix(long columns, Part... parts) {
    return slot(columns, true, parts);
  }

  private Slot vector(Part... parts) {
    return slot(1, false, parts);
  }

  private Slot slot(long columns, boolean matrix, Part... parts) {
    long row = 0;
    List<Part> placed = new ArrayList<>();
    for (Part part : parts) {
      placed.add(new Part(part.name(), row, part.rows(), part.rotaryHeads()));
      row += part.rows();
    }
    Slot slot =
        new Slot(
            length, matrix ? new long[] {row, columns} : new long[] {row}, List.copyOf(placed));
    slots.add(slot);
    // Every slot starts at a multiple of 16 values: a 64-byte boundary, so that kernels see aligned
    // rows.
    length += (slot.numel() + 15) / 16 * 16;
    return slot;
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }
}
