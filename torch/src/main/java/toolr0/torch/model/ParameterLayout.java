package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelTensors;
import toolr0.torch.checkpoint.ModelTensors.Spec;

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

    /** Its values in a flat buffer, in its shape. */
    Tensor in(Tensor buffer) {
      return buffer.narrow(0, offset, numel()).view(shape);
    }
  }

  /** A matrix and its bias. */
  record LinearSlots(Slot weight, Optional<Slot> bias) {}

  /** Norms of queries and keys. */
  record QueryKeyNormSlots(Slot query, Slot key) {}

  /** The slots of one layer. */
  record LayerSlots(
      Slot inputNorm,
      LinearSlots qkv,
      Optional<QueryKeyNormSlots> queryKeyNorm,
      LinearSlots output,
      Slot postNorm,
      LinearSlots gateUp,
      LinearSlots down) {}

  /** A projection of the checkpoint on its way into a fused one. */
  private record Fused(ModelTensors.Linear linear, long rotaryHeads) {
    static Fused plain(ModelTensors.Linear linear) {
      return new Fused(linear, 0);
    }
  }

  private final List<Slot> slots = new ArrayList<>();
  private final List<LayerSlots> layers = new ArrayList<>();
  private final Slot embedding;
  private final Slot lmHead;
  private final Slot finalNorm;
  private final long matrixLength;
  private long length;

  ParameterLayout(ModelConfig config) {
    ModelTensors tensors = config.tensors();
    embedding = matrix(List.of(part(tensors.embedding(), 0)), tensors.embedding());
    lmHead = tensors.lmHead().map(head -> matrix(List.of(part(head, 0)), head)).orElse(embedding);
    List<List<List<Fused>>> projections = new ArrayList<>();
    List<List<Slot>> matrices = new ArrayList<>();
    for (ModelTensors.Layer layer : tensors.layers()) {
      List<List<Fused>> ofLayer = projections(config, layer);
      projections.add(ofLayer);
      matrices.add(ofLayer.stream().map(this::matrix).toList());
    }
    matrixLength = length;
    for (int i = 0; i < matrices.size(); i++) {
      layers.add(layer(tensors.layers().get(i), projections.get(i), matrices.get(i)));
    }
    finalNorm = vector(tensors.finalNorm(), 0);
  }

  /** What is fused: queries, keys and values; output; gate and up; down. */
  private static List<List<Fused>> projections(ModelConfig config, ModelTensors.Layer layer) {
    return List.of(
        List.of(
            new Fused(layer.query(), config.numAttentionHeads()),
            new Fused(layer.key(), config.numKeyValueHeads()),
            Fused.plain(layer.value())),
        List.of(Fused.plain(layer.output())),
        List.of(Fused.plain(layer.gate()), Fused.plain(layer.up())),
        List.of(Fused.plain(layer.down())));
  }

  /** Places a layer's norms and biases. */
  private LayerSlots layer(
      ModelTensors.Layer layer, List<List<Fused>> projections, List<Slot> matrices) {
    Slot inputNorm = vector(layer.inputNorm(), 0);
    LinearSlots qkv = withBias(matrices.get(0), projections.get(0));
    Optional<QueryKeyNormSlots> queryKeyNorm =
        layer
            .queryKeyNorm()
            .map(norms -> new QueryKeyNormSlots(vector(norms.query(), 1), vector(norms.key(), 1)));
    LinearSlots output = withBias(matrices.get(1), projections.get(1));
    Slot postNorm = vector(layer.postNorm(), 0);
    return new LayerSlots(
        inputNorm,
        qkv,
        queryKeyNorm,
        output,
        postNorm,
        withBias(matrices.get(2), projections.get(2)),
        withBias(matrices.get(3), projections.get(3)));
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

  private static Part part(Spec tensor, long rotaryHeads) {
    return new Part(tensor.name(), 0, tensor.shape().getFirst(), rotaryHeads);
  }

  private Slot matrix(List<Fused> projections) {
    return matrix(
        projections.stream().map(f -> part(f.linear().weight(), f.rotaryHeads())).toList(),
        projections.getFirst().linear().weight());
  }

  private Slot matrix(List<Part> parts, Spec first) {
    return slot(parts, first.shape().getLast(), true);
  }

  private Slot vector(Spec tensor, long rotaryHeads) {
    return slot(List.of(part(tensor, rotaryHeads)), 1, false);
  }

  private LinearSlots withBias(Slot weight, List<Fused> projections) {
    List<Part> parts =
        projections.stream()
            .flatMap(f -> f.linear().bias().stream().map(b -> part(b, f.rotaryHeads())))
            .toList();
    return new LinearSlots(
        weight, parts.isEmpty() ? Optional.empty() : Optional.of(slot(parts, 1, false)));
  }

  private Slot slot(List<Part> parts, long columns, boolean matrix) {
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
