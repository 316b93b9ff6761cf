package toolr0.torch.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.Attention;
import toolr0.torch.model.LmHeadProduct;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Continues prompts token by token through libtorch, on any device. All rows take a step together;
 * the keys and values of each, its prompt's before its own, lie behind one another, so that a
 * layer's attention is one operation.
 */
final class TensorDecoder implements Decoder {

  /** Room for keys grows by so many tokens, and is a multiple of it, as attention kernels want. */
  private static final int ROOM = 64;

  /** Prompts are read together up to so many tokens. */
  static final int READ_TOGETHER = 4096;

  /**
   * Rows that have finished leave when they are this part of the batch: leaving copies the rest.
   */
  private static final int LEAVING_PART = 8;

  private static final long BF16 = 2;

  private final Transformer model;
  private final ModelConfig config;
  private final Device device;
  private final ScalarType type;
  private final Optional<Weights> copy;
  private final Transformer base;

  /** A decoder of a model; weights that are trained in fp32 beside layers in bf16 get a copy. */
  TensorDecoder(Transformer model) {
    this.model = model;
    config = model.config();
    device = model.device();
    type = model.precision().activations();
    boolean converted = model.precision() == Precision.BF16 && model.weights().inFp32();
    copy = converted ? Optional.of(model.weights().frozen()) : Optional.empty();
    base =
        copy.map(weights -> new Transformer(weights, model.precision()))
            .orElseGet(() -> new Transformer(model.weights(), model.precision()));
  }

  static long keyValueBytes(ModelConfig config, int prompt, int rows, int longest) {
    long ofToken =
        2 * BF16 * config.numKeyValueHeads() * config.headDim() * config.numHiddenLayers();
    return ofToken * (room(prompt) + rows * (long) room(prompt + longest));
  }

  private static int room(int tokens) {
    return Math.ceilDiv(tokens, ROOM) * ROOM;
  }

  @Override
  public int logitsStride() {
    return PackedMatrix.padded(config.vocabSize());
  }

  @Override
  public Decoder.Rows start(Transformer over, List<int[]> prompts, int[] promptOfRow) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      copy.ifPresent(weights -> weights.copyFrom(model.weights()));
      return new Rows(over, prompts, promptOfRow);
    }
  }

  @Override
  public void close() {
    copy.ifPresent(Weights::close);
  }

  /**
   * Scores of the vocabulary as Java takes them: rows a stride apart, minus infinity behind each.
   */
  static float[] values(Tensor rowsV, int stride) {
    Tensor padded =
        torch.constant_pad_nd(
            rowsV, new long[] {0, stride - rowsV.size(1)}, new Scalar(Double.NEGATIVE_INFINITY));
    return Tensors.toFloats(padded);
  }

  /** A tensor that outlives scopes and is exchanged for others. */
  private static final class Held implements AutoCloseable {
    private Optional<Tensor> held = Optional.empty();

    Tensor get() {
      return held.orElseThrow();
    }

    void put(Tensor tensor) {
      tensor.retainReference();
      close();
      held = Optional.of(tensor);
    }

    @Override
    public void close() {
      held.ifPresent(Tensor::releaseReference);
      held = Optional.empty();
    }
  }

  /** A layer's keys and values, [slots, capacity, K * headDim] each. */
  private record Cache(Held keys, Held values) implements AutoCloseable {
    static Cache empty() {
      return new Cache(new Held(), new Held());
    }

    List<Held> both() {
      return List.of(keys, values);
    }

    @Override
    public void close() {
      keys.close();
      values.close();
    }
  }

  /** Rows that continue prompts; each that is in the batch has a slot of it. */
  private final class Rows implements Decoder.Rows {
    private final Optional<Adapters> adapters;
    private final Transformer reader;
    private final LmHeadProduct head;
    private final List<Cache> layers = new ArrayList<>();
    private final Held promptScores = new Held();
    private final Held scores = new Held();

    /** Tokens of each row, its prompt's included. */
    private final int[] lengths;

    private final boolean[] finished;
    private int[] rowOfSlot;
    private int capacity;

    private Rows(Transformer over, List<int[]> prompts, int[] promptOfRow) {
      adapters = over.adapters().map(adapters -> adapters.frozen(over.precision()));
      reader = adapters.map(base::with).orElse(base);
      head = new LmHeadProduct(reader, Long.MAX_VALUE);
      lengths = Arrays.stream(promptOfRow).map(prompt -> prompts.get(prompt).length).toArray();
      finished = new boolean[promptOfRow.length];
      rowOfSlot = IntStream.range(0, promptOfRow.length).toArray();
      int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
      capacity = room(longest + 1);
      try {
        read(prompts);
        for (Cache layer : layers) {
          keep(layer, promptOfRow, capacity);
        }
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    /** Reads prompts, several together; their keys and values are the first in the cache. */
    private void read(List<int[]> prompts) {
      for (int i = 0; i < config.numHiddenLayers(); i++) {
        layers.add(Cache.empty());
        for (Held held : layers.getLast().both()) {
          held.put(Tensors.zeros(device, type, prompts.size(), capacity, width()));
        }
      }
      promptScores.put(Tensors.empty(device, ScalarType.Float, prompts.size(), config.vocabSize()));
      int from = 0;
      while (from < prompts.size()) {
        int to = from + 1;
        int tokens = prompts.get(from).length;
        while (to < prompts.size() && tokens + prompts.get(to).length <= READ_TOGETHER) {
          tokens += prompts.get(to++).length;
        }
        read(prompts.subList(from, to), from);
        from = to;
      }
    }

    private void read(List<int[]> prompts, int first) {
      List<PackedBatch.Entry> entries =
          prompts.stream().map(prompt -> new PackedBatch.Entry(prompt, List.of())).toList();
      long[] places =
          IntStream.range(0, prompts.size())
              .mapToObj(
                  i -> LongStream.range(0, prompts.get(i).length).map(t -> place(first + i, t)))
              .flatMapToLong(stream -> stream)
              .toArray();
      long[] lastRows = new long[prompts.size()];
      for (int i = 0, row = 0; i < lastRows.length; i++) {
        row += prompts.get(i).length;
        lastRows[i] = row - 1L;
      }
      try (TensorScope scope = TensorScope.open()) {
        Tensor placesN = Tensors.longs(device, places);
        Tensor hidden =
            reader.forward(
                PackedBatch.of(entries),
                (layer, keys, values) -> store(layer, placesN, keys, values));
        Tensor last = hidden.index_select(0, Tensors.longs(device, lastRows));
        promptScores.get().narrow(0, first, prompts.size()).copy_(head.scores(last));
      }
    }

    private long place(int slot, long position) {
      return (long) slot * capacity + position;
    }

    private void store(int layer, Tensor placesN, Tensor keysNK, Tensor valuesNK) {
      Cache cache = layers.get(layer);
      flat(cache.keys()).index_copy_(0, placesN, keysNK.reshape(-1, width()));
      flat(cache.values()).index_copy_(0, placesN, valuesNK.reshape(-1, width()));
    }

    private Tensor flat(Held held) {
      return held.get().view(-1, width());
    }

    private long width() {
      return (long) config.numKeyValueHeads() * config.headDim();
    }

    @Override
    public Scores promptLogits() {
      return new Scores.OnDevice(promptScores.get(), logitsStride());
    }

    @Override
    public Scores append(int[] rowsA, int[] tokensA) {
      try (NoGradGuard noGrad = new NoGradGuard();
          TensorScope scope = TensorScope.open()) {
        scores.put(head.scores(step(rowsA, tokensA)));
        return new Scores.OnDevice(scores.get(), logitsStride());
      }
    }

    /**
     * The last layer's outputs for the given rows. A slot whose row takes no token is computed with
     * some token: what that leaves lies where the row's next token goes, if it takes one.
     */
    private Tensor step(int[] rowsA, int[] tokensA) {
      makeRoom();
      int[] slotOfRow = new int[lengths.length];
      for (int slot = 0; slot < rowOfSlot.length; slot++) {
        slotOfRow[rowOfSlot[slot]] = slot;
      }
      long[] tokens = new long[rowOfSlot.length];
      long[] positions =
          Arrays.stream(rowOfSlot).mapToLong(row -> finished[row] ? 0 : lengths[row]).toArray();
      long[] slots = new long[rowsA.length];
      for (int i = 0; i < rowsA.length; i++) {
        slots[i] = slotOfRow[rowsA[i]];
        tokens[(int) slots[i]] = tokensA[i];
        lengths[rowsA[i]]++;
      }
      Tensor hidden = reader.forward(tokens, positions, new Step(positions));
      return hidden.index_select(0, Tensors.longs(device, slots));
    }

    /** Lets finished rows leave, and makes room for the next token of all others. */
    private void makeRoom() {
      int[] staying =
          IntStream.range(0, rowOfSlot.length).filter(slot -> !finished[rowOfSlot[slot]]).toArray();
      int needed = 1 + Arrays.stream(staying).map(slot -> lengths[rowOfSlot[slot]]).max().orElse(0);
      int leaving = rowOfSlot.length - staying.length;
      boolean leave = leaving > 0 && leaving * LEAVING_PART >= rowOfSlot.length;
      if (needed <= capacity && !leave) {
        return;
      }
      int wanted = needed <= capacity ? capacity : room(needed);
      for (Cache layer : layers) {
        keep(layer, staying, wanted);
      }
      rowOfSlot = Arrays.stream(staying).map(slot -> rowOfSlot[slot]).toArray();
      capacity = wanted;
    }

    /** Copies some slots of a layer, in the order given, into a cache of another capacity. */
    private void keep(Cache layer, int[] slots, int wanted) {
      for (Held held : layer.both()) {
        try (TensorScope scope = TensorScope.open()) {
          long[] indices = Arrays.stream(slots).asLongStream().toArray();
          Tensor kept = held.get().index_select(0, Tensors.longs(device, indices));
          if (wanted > kept.size(1)) {
            Tensor wider = Tensors.zeros(device, type, slots.length, wanted, width());
            wider.narrow(1, 0, kept.size(1)).copy_(kept);
            kept = wider;
          }
          held.put(kept);
        }
      }
    }

    @Override
    public void finish(int row) {
      finished[row] = true;
    }

    @Override
    public void close() {
      layers.forEach(Cache::close);
      promptScores.close();
      scores.close();
      adapters.ifPresent(Adapters::close);
    }

    /** Every row's new token attends to its prompt, to what the row has appended, and to itself. */
    private final class Step implements Attention {
      private final Tensor placesR;
      private final Tensor mask;

      Step(long[] positions) {
        long[] places = new long[positions.length];
        Arrays.setAll(places, slot -> place(slot, positions[slot]));
        placesR = Tensors.longs(device, places);
        Tensor columns =
            torch.arange(new Scalar(capacity), Tensors.options(device, ScalarType.Long));
        Tensor later = columns.gt(Tensors.longs(device, positions).unsqueeze(1));
        mask =
            Tensors.zeros(device, type, positions.length, capacity)
                .masked_fill_(later, new Scalar(Double.NEGATIVE_INFINITY))
                .view(positions.length, 1, 1, capacity);
      }

      @Override
      public Tensor of(int layer, Tensor queries, Tensor keys, Tensor values) {
        store(layer, placesR, keys, values);
        Cache cache = layers.get(layer);
        long slots = queries.size(0);
        Tensor grouped = queries.reshape(slots, config.numKeyValueHeads(), -1, config.headDim());
        return Attention.scaledDotProducts(
                grouped, heads(cache.keys()), heads(cache.values()), Tensors.some(mask), false)
            .reshape(slots, -1);
      }

      private Tensor heads(Held held) {
        return held.get()
            .view(rowOfSlot.length, capacity, config.numKeyValueHeads(), config.headDim())
            .transpose(1, 2);
      }
    }
  }
}
