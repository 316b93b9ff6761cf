package toolr0.torch.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Keys and values of prompts and of the completions that continue them, token by token.
 *
 * <p>The unit is a block: one copy of a prompt and the {@code width} completions (slots) that share
 * it. A block's cache holds the prompt's columns, then {@code width} columns per generated token,
 * one for each slot; a mask hides the other slots' columns and the padding behind a short prompt. A
 * wide block reads a long prompt once for several completions, a block of width 1 reads nothing
 * that it does not need: {@link #width} weighs the two.
 *
 * <p>Axes: B blocks, S = B * width slots, A active rows (completions not yet finished), L columns.
 */
public final class KvCache implements AutoCloseable {
  private final Transformer model;
  private final ModelConfig config;
  private final int width;
  private final int promptColumns;
  private Owned owned = new Owned();
  private final List<Tensor> keysBKL = new ArrayList<>();
  private final List<Tensor> valuesBKL = new ArrayList<>();
  private Tensor mask;
  private int blocks;
  private int steps;

  /**
   * How many completions of a prompt share a block: many when the prompt is long against what is
   * generated.
   */
  public static int width(int promptLength, int completionLength, int numGenerations) {
    int balanced = Math.round(2f * promptLength / Math.max(1, completionLength));
    return Math.max(1, Math.min(numGenerations, balanced));
  }

  private KvCache(Transformer model, int width, int promptColumns, Tensor mask, int blocks) {
    this.model = model;
    this.config = model.config();
    this.width = width;
    this.promptColumns = promptColumns;
    this.mask = owned.keep(mask);
    this.blocks = blocks;
  }

  /**
   * A cache and the output after the final norm of each prompt's last token, [prompts, D], made in
   * the caller's scope.
   */
  public record Prefilled(KvCache cache, Tensor lastHidden) {}

  /**
   * Reads prompts.
   *
   * @param prompts the prompts' ids
   * @param promptOfBlock for each block the index of its prompt
   * @param width slots of a block
   * @param maxNewTokens most tokens that will be appended to any slot
   */
  public static Prefilled prefill(
      Transformer model, List<int[]> prompts, int[] promptOfBlock, int width, int maxNewTokens) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      ModelConfig config = model.config();
      int promptColumns = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
      long columns = promptColumns + (long) width * maxNewTokens;
      int blocks = promptOfBlock.length;
      KvCache cache;
      try (TensorScope scope = TensorScope.open()) {
        cache =
            new KvCache(
                model,
                width,
                promptColumns,
                mask(config, prompts, promptOfBlock, width, promptColumns, columns),
                blocks);
        for (int i = 0; i < config.numHiddenLayers(); i++) {
          long[] shape = {blocks, config.numKeyValueHeads(), columns, config.headDim()};
          cache.keysBKL.add(cache.owned.keep(Tensors.empty(ScalarType.Float, shape)));
          cache.valuesBKL.add(cache.owned.keep(Tensors.empty(ScalarType.Float, shape)));
        }
      }
      return new Prefilled(cache, cache.readPrompts(prompts, promptOfBlock));
    }
  }

  private Tensor readPrompts(List<int[]> prompts, int[] promptOfBlock) {
    long[] lengths = prompts.stream().mapToLong(p -> p.length).toArray();
    PackedBatch batch =
        PackedBatch.of(prompts.stream().map(p -> new PackedBatch.Entry(p, List.of())).toList());
    long[] lastRows = new long[lengths.length];
    long row = -1;
    for (int i = 0; i < lengths.length; i++) {
      row += lengths[i];
      lastRows[i] = row;
    }
    Tensor hidden =
        model.forward(
            batch,
            (layer, keys, values) -> {
              try (TensorScope scope = TensorScope.open()) {
                store(keysBKL.get(layer), keys, lengths, promptOfBlock);
                store(valuesBKL.get(layer), values, lengths, promptOfBlock);
              }
            });
    return hidden.index_select(0, Tensors.longs(lastRows));
  }

  private void store(Tensor cache, Tensor packedNK, long[] lengths, int[] promptOfBlock) {
    TensorVector perPrompt = packedNK.split_with_sizes(lengths, 0);
    for (int block = 0; block < promptOfBlock.length; block++) {
      int prompt = promptOfBlock[block];
      Tensor target = cache.select(0, block);
      target.narrow(1, 0, lengths[prompt]).copy_(perPrompt.get(prompt).transpose(0, 1));
      if (lengths[prompt] < promptColumns) {
        // Hidden columns get weight 0, and 0 times whatever memory held before must not be NaN.
        target.narrow(1, lengths[prompt], promptColumns - lengths[prompt]).zero_();
      }
    }
  }

  /**
   * Appends one token to every active slot.
   *
   * @param tokensA the tokens of the active rows
   * @param positionsA their positions in their conversations
   * @param slotsA the slot of each active row; rows are in the order of their slots
   * @return the outputs after the final norm, [A, D], in the caller's scope
   */
  public Tensor append(long[] tokensA, long[] positionsA, int[] slotsA) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      boolean dense = slotsA.length == blocks * width;
      Tensor slots = null;
      Tensor rowOfSlot = null;
      if (!dense) {
        slots = Tensors.longs(Arrays.stream(slotsA).asLongStream().toArray());
        long[] rows = new long[blocks * width];
        for (int row = 0; row < slotsA.length; row++) {
          rows[slotsA[row]] = row;
        }
        rowOfSlot = Tensors.longs(rows);
      }
      Tensor x = model.embed(Tensors.longs(tokensA));
      Tensor rotations = model.rotationsAt(positionsA);
      long columns = promptColumns + (long) width * (steps + 1);
      Tensor window = mask.narrow(3, 0, columns);
      for (int i = 0; i < config.numHiddenLayers(); i++) {
        Weights.Layer layer = model.layers().get(i);
        Transformer.QueryKeyValue qkv = model.project(layer, x, rotations);
        Tensor attention =
            attend(
                i,
                bySlot(qkv.queries(), rowOfSlot),
                bySlot(qkv.keys(), rowOfSlot),
                bySlot(qkv.values(), rowOfSlot),
                window,
                columns);
        x = model.finish(layer, x, slots == null ? attention : attention.index_select(0, slots));
      }
      steps++;
      return model.finalNorm(x);
    }
  }

  private static Tensor bySlot(Tensor rows, @org.jspecify.annotations.Nullable Tensor rowOfSlot) {
    return rowOfSlot == null ? rows : rows.index_select(0, rowOfSlot);
  }

  private Tensor attend(
      int layer, Tensor queriesSH, Tensor keysSK, Tensor valuesSK, Tensor window, long columns) {
    long k = config.numKeyValueHeads();
    long hd = config.headDim();
    long perKey = config.numAttentionHeads() / k;
    long column = columns - width;
    Tensor keys = keysBKL.get(layer);
    Tensor values = valuesBKL.get(layer);
    keys.narrow(2, column, width).copy_(keysSK.reshape(blocks, width, k, hd).transpose(1, 2));
    values.narrow(2, column, width).copy_(valuesSK.reshape(blocks, width, k, hd).transpose(1, 2));
    Tensor queries =
        queriesSH
            .reshape(blocks, width, k, perKey, hd)
            .transpose(1, 2)
            .reshape(blocks, k, width * perKey, hd);
    Tensor output =
        Transformer.attention(
            queries, keys.narrow(2, 0, columns), values.narrow(2, 0, columns), window, false);
    return output
        .reshape(blocks, k, width, perKey, hd)
        .transpose(1, 2)
        .reshape((long) blocks * width, k * perKey * hd);
  }

  /** Slots of a block. */
  public int width() {
    return width;
  }

  /** Blocks held now. */
  public int blocks() {
    return blocks;
  }

  /** Keeps only the given blocks, in their order; slots are renumbered accordingly. */
  public void keepBlocks(int[] kept) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor index = Tensors.longs(Arrays.stream(kept).asLongStream().toArray());
      Owned before = owned;
      owned = new Owned();
      mask = owned.keep(mask.index_select(0, index));
      long used = promptColumns + (long) width * steps;
      for (int i = 0; i < keysBKL.size(); i++) {
        keysBKL.set(i, owned.keep(compact(keysBKL.get(i), index, kept.length, used)));
        valuesBKL.set(i, owned.keep(compact(valuesBKL.get(i), index, kept.length, used)));
      }
      blocks = kept.length;
      before.close();
    }
  }

  private static Tensor compact(Tensor cache, Tensor index, int kept, long used) {
    Tensor smaller =
        Tensors.empty(ScalarType.Float, kept, cache.size(1), cache.size(2), cache.size(3));
    smaller.narrow(2, 0, used).copy_(cache.narrow(2, 0, used).index_select(0, index));
    return smaller;
  }

  /** 0 where a slot may look and minus infinity where not: [B, 1, width * H/K, L]. */
  private static Tensor mask(
      ModelConfig config,
      List<int[]> prompts,
      int[] promptOfBlock,
      int width,
      int promptColumns,
      long columns) {
    int perKey = config.numAttentionHeads() / config.numKeyValueHeads();
    int length = Math.toIntExact(columns);
    float[] paddingBL = new float[promptOfBlock.length * length];
    for (int block = 0; block < promptOfBlock.length; block++) {
      int promptLength = prompts.get(promptOfBlock[block]).length;
      Arrays.fill(
          paddingBL,
          block * length + promptLength,
          block * length + promptColumns,
          Float.NEGATIVE_INFINITY);
    }
    float[] othersQL = new float[width * perKey * length];
    for (int query = 0; query < width * perKey; query++) {
      for (int column = promptColumns; column < length; column++) {
        if ((column - promptColumns) % width != query / perKey) {
          othersQL[query * length + column] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    Tensor padding = Tensors.floats(paddingBL).view(promptOfBlock.length, 1, 1, length);
    Tensor others = Tensors.floats(othersQL).view(1, 1, (long) width * perKey, length);
    return width == 1 ? padding : padding.add(others);
  }

  @Override
  public void close() {
    owned.close();
  }
}
