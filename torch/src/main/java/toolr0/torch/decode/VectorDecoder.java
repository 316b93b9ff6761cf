package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Precision;
import toolr0.torch.model.RotaryTable;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.system.SideBySide;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Continues prompts token by token on the CPU. The rows of a step are split among threads, each of
 * which takes its rows through the whole model.
 *
 * <p>Sums are in fp32. Where the model's linear layers run in bf16, packed weights, keys and values
 * are kept in bf16, and MKL rounds what it multiplies to that as well. Weights, values and inputs
 * are that in the learner too; keys, which it turns in fp32, are rounded once more here, by no more
 * than its own layers round.
 */
final class VectorDecoder implements Decoder {

  /** One layer's packed weights; norms of heads are empty where a layer has none. */
  private record Layer(
      float[] inputNorm,
      PackedLinear qkv,
      float[] queryNorm,
      float[] keyNorm,
      PackedLinear output,
      float[] postNorm,
      PackedLinear gateUp,
      PackedLinear down) {}

  /** How a model's matrices are kept and multiplied. */
  enum Products {
    /** Read where the model keeps them, and divided among threads: worth it for a large model. */
    IN_PLACE,
    /** Packed, in vector code; rows are divided among threads. */
    PACKED,
    /** Packed and multiplied by MKL, for the matrix instructions of a processor that has them. */
    MKL;

    static Products of(Transformer model) {
      if (!SideBySide.isSmall(model.config().parameterCount())) {
        return IN_PLACE;
      }
      return Storage.of(model.precision()) == Storage.BF16 && MklMatrix.isAvailable()
          ? MKL
          : PACKED;
    }
  }

  /** Rows go to a thread in multiples of it. */
  private static final int ROWS_PER_THREAD = 4;

  private final Owned owned = new Owned();
  private final Transformer model;
  private final ModelConfig config;
  private final Storage storage;
  private final Pages pages;
  private final RotaryTable rotaryTable;
  private final List<Layer> layers = new ArrayList<>();
  private final float[] finalNorm;
  private final Matrix head;
  private final Products products;
  private final Team team;
  private final Worker[] workers;
  private final SideBySide readers;

  /**
   * A decoder of a model; {@link #start} takes the weights as they are then.
   *
   * @param threads most threads of a step
   */
  VectorDecoder(Transformer model, int threads) {
    this(model, threads, Products.of(model));
  }

  VectorDecoder(Transformer model, int threads, Products products) {
    this.model = model;
    this.products = products;
    this.config = model.config();
    this.storage = Storage.of(model.precision());
    this.pages = new Pages(config, storage);
    this.rotaryTable = model.rotations();
    this.team = Team.of(threads);
    try (TensorScope scope = TensorScope.open()) {
      for (Weights.Layer layer : model.weights().layers()) {
        int normed = layer.queryKeyNorm().isPresent() ? config.headDim() : 0;
        layers.add(
            new Layer(
                new float[config.hiddenSize()],
                linear(layer.qkv()),
                new float[normed],
                new float[normed],
                linear(layer.output()),
                new float[config.hiddenSize()],
                linear(layer.gateUp()),
                linear(layer.down())));
      }
      head = matrix(model.weights().lmHead());
      finalNorm = new float[config.hiddenSize()];
      readers = SideBySide.forModel(config.parameterCount(), Device.CPU);
      workers =
          IntStream.range(0, inPlace() ? 1 : threads)
              .mapToObj(i -> new Worker())
              .toArray(Worker[]::new);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private PackedLinear linear(Weights.Linear linear) {
    return new PackedLinear(matrix(linear.weight()), linear);
  }

  private Matrix matrix(Tensor weight) {
    return switch (products) {
      case IN_PLACE -> RowMatrix.of(weight, team);
      case PACKED -> new PackedMatrix(weight, storage, owned);
      case MKL -> new MklMatrix(weight, owned);
    };
  }

  private boolean inPlace() {
    return products == Products.IN_PLACE;
  }

  @Override
  public int logitsStride() {
    return head.outputs();
  }

  static long keyValueBytes(
      ModelConfig config, Precision precision, int prompt, int rows, int longest) {
    Storage storage = Storage.of(precision);
    return Pages.bytes(config, storage, prompt) + rows * Pages.bytes(config, storage, longest);
  }

  /** Pages of keys and values that rows hold. */
  int pagesInUse() {
    return pages.inUse();
  }

  @Override
  public Decoder.Rows start(Transformer over, List<int[]> prompts, int[] promptOfRow) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      pack();
      return new Rows(over, prompts, promptOfRow);
    }
  }

  private void pack() {
    List<Weights.Layer> source = model.weights().layers();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Tensors.copyTo(source.get(i).inputNorm(), layer.inputNorm());
      source
          .get(i)
          .queryKeyNorm()
          .ifPresent(
              norms -> {
                Tensors.copyTo(norms.query(), layer.queryNorm());
                Tensors.copyTo(norms.key(), layer.keyNorm());
              });
      Tensors.copyTo(source.get(i).postNorm(), layer.postNorm());
      layer.qkv().pack();
      layer.output().pack();
      layer.gateUp().pack();
      layer.down().pack();
    }
    Tensors.copyTo(model.weights().finalNorm(), finalNorm);
    head.pack();
  }

  /** Rows that continue prompts. */
  private final class Rows implements Decoder.Rows {
    private final List<Pages.Columns> promptColumns = new ArrayList<>();
    private final List<Pages.Columns> ownColumns = new ArrayList<>();
    private final Transformer over;
    private final Optional<PackedAdapters> adapters;
    private final int[] promptOfRow;
    private final float[] promptLogits;
    private float[] logits = new float[0];
    private float[] rotations = new float[0];

    private Rows(Transformer over, List<int[]> prompts, int[] promptOfRow) {
      this.over = over;
      this.adapters = over.adapters().map(PackedAdapters::new);
      this.promptOfRow = promptOfRow.clone();
      for (int ignored : promptOfRow) {
        ownColumns.add(pages.new Columns());
      }
      try {
        for (int[] prompt : prompts) {
          Pages.Columns columns = pages.new Columns();
          promptColumns.add(columns);
          Arrays.stream(prompt).forEach(id -> columns.grow());
        }
        promptLogits = read(prompts);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    /**
     * Reads each prompt by itself, so that its keys, values and scores do not depend on the others.
     */
    private float[] read(List<int[]> prompts) {
      float[] scores = new float[prompts.size() * logitsStride()];
      Arrays.fill(scores, Float.NEGATIVE_INFINITY);
      Transformer reader = over.inPieces();
      readers.run(
          prompts.size(),
          (worker, i) -> {
            try (NoGradGuard noGrad = new NoGradGuard();
                TensorScope scope = TensorScope.open()) {
              PackedBatch prompt =
                  PackedBatch.of(List.of(new PackedBatch.Entry(prompts.get(i), List.of())));
              Tensor hidden = reader.forward(prompt, (layer, k, v) -> store(layer, i, k, v));
              Tensor last = reader.logits(hidden.narrow(0, hidden.size(0) - 1, 1));
              Tensors.copyTo(last, 0, scores, i * logitsStride(), config.vocabSize());
              return i;
            }
          });
      return scores;
    }

    private void store(int layer, int prompt, Tensor keysNK, Tensor valuesNK) {
      try (TensorScope scope = TensorScope.open()) {
        Pages.Columns columns = promptColumns.get(prompt);
        float[] k = Tensors.toFloats(keysNK);
        float[] v = Tensors.toFloats(valuesNK);
        int at = 0;
        for (int column = 0; column < columns.count(); column++) {
          for (int h = 0; h < config.numKeyValueHeads(); h++, at += config.headDim()) {
            columns.put(column, layer, h, k, at, v, at);
          }
        }
      }
    }

    @Override
    public Scores promptLogits() {
      return new Scores.OnHost(promptLogits);
    }

    @Override
    public Scores append(int[] rowsA, int[] tokensA) {
      int count = rowsA.length;
      if (logits.length < count * logitsStride()) {
        logits = new float[count * logitsStride()];
      }
      int longest = 0;
      for (int row : rowsA) {
        ownColumns.get(row).grow();
        longest = Math.max(longest, length(row));
      }
      rotations = rotaryTable.covering(longest);
      if (inPlace()) {
        workers[0].step(this, rowsA, tokensA, 0, count);
      } else {
        team.divide(
            count,
            ROWS_PER_THREAD,
            (member, from, to) -> workers[member].step(this, rowsA, tokensA, from, to));
      }
      return new Scores.OnHost(logits);
    }

    private PackedAdapters.Layer changes(int layer) {
      return adapters.map(packed -> packed.layer(layer)).orElse(PackedAdapters.Layer.NONE);
    }

    /** Columns of a row and its prompt. */
    private int length(int row) {
      return promptColumns.get(promptOfRow[row]).count() + ownColumns.get(row).count();
    }

    @Override
    public void finish(int row) {
      ownColumns.get(row).release();
    }

    @Override
    public void close() {
      ownColumns.forEach(Pages.Columns::release);
      promptColumns.forEach(Pages.Columns::release);
      adapters.ifPresent(PackedAdapters::close);
      if (inPlace()) {
        pages.giveBack();
      }
    }
  }

  /** Room for the scores of one row's attention. */
  private static final class Room {
    final float[] sums;
    private float[] values = new float[0];

    Room(int queries) {
      sums = new float[queries];
    }

    float[] of(int length) {
      if (values.length < length) {
        values = new float[2 * length];
      }
      return values;
    }
  }

  /** Takes some rows of a step through the model, with its own room for what lies between. */
  private final class Worker {
    private final int width = config.hiddenSize();
    private final int heads = config.numAttentionHeads();
    private final int keyValueHeads = config.numKeyValueHeads();
    private final int headDim = config.headDim();
    private final int inner = config.intermediateSize();
    private final Room own = new Room(heads / keyValueHeads);
    private final int widthStride = PackedMatrix.padded(width);
    private final int qkvStride = PackedMatrix.padded((heads + 2 * keyValueHeads) * headDim);
    private final int innerStride = PackedMatrix.padded(2 * inner);
    private float[] x = new float[0];
    private float[] normed = new float[0];
    private float[] qkv = new float[0];
    private float[] attended = new float[0];
    private float[] gateUp = new float[0];

    void step(Rows rows, int[] rowsA, int[] tokensA, int from, int to) {
      int count = to - from;
      if (count == 0) {
        return;
      }
      reserve(count);
      for (int r = 0; r < count; r++) {
        embed(tokensA[from + r], r * widthStride);
      }
      for (int l = 0; l < layers.size(); l++) {
        Layer layer = layers.get(l);
        normalize(layer.inputNorm(), count);
        PackedAdapters.Layer changes = rows.changes(l);
        layer.qkv().products(normed, widthStride, qkv, qkvStride, count);
        changes.qkv().addProducts(normed, widthStride, qkv, qkvStride, count);
        for (int r = 0; r < count; r++) {
          normalizeHeads(layer.queryNorm(), r * qkvStride, heads);
          normalizeHeads(layer.keyNorm(), r * qkvStride + heads * headDim, keyValueHeads);
        }
        attend(l, rows, rowsA, from, count);
        layer.output().addProducts(attended, heads * headDim, x, widthStride, count);
        changes.output().addProducts(attended, heads * headDim, x, widthStride, count);
        normalize(layer.postNorm(), count);
        layer.gateUp().products(normed, widthStride, gateUp, innerStride, count);
        changes.gateUp().addProducts(normed, widthStride, gateUp, innerStride, count);
        for (int r = 0; r < count; r++) {
          VectorMath.swiGlu(gateUp, r * innerStride, r * innerStride + inner, inner);
        }
        layer.down().addProducts(gateUp, innerStride, x, widthStride, count);
        changes.down().addProducts(gateUp, innerStride, x, widthStride, count);
      }
      normalize(finalNorm, count);
      predict(rows.logits, from, count);
    }

    private void reserve(int count) {
      if (x.length < count * widthStride) {
        x = new float[count * widthStride];
        normed = new float[count * widthStride];
        qkv = new float[count * qkvStride + PackedMatrix.PANEL];
        attended = new float[count * heads * headDim];
        gateUp = new float[count * innerStride + PackedMatrix.PANEL];
      }
    }

    private void embed(int token, int at) {
      Tensor embedding = model.weights().embedding();
      if (Tensors.type(embedding) == ScalarType.BFloat16) {
        MemorySegment memory = Tensors.memory(embedding);
        for (int i = 0; i < width; i++) {
          x[at + i] = Bf16RowMatrix.widened(memory, (long) token * width + i);
        }
      } else {
        Tensors.copyTo(embedding, (long) token * width, x, at, width);
      }
      Arrays.fill(x, at + width, at + widthStride, 0);
    }

    private void normalize(float[] weight, int count) {
      for (int r = 0; r < count; r++) {
        int at = r * widthStride;
        VectorMath.rmsNorm(x, at, width, weight, config.rmsNormEps(), normed, at);
      }
    }

    private void normalizeHeads(float[] weight, int from, int count) {
      for (int at = from; weight.length > 0 && at < from + count * headDim; at += headDim) {
        VectorMath.rmsNorm(qkv, at, headDim, weight, config.rmsNormEps(), qkv, at);
      }
    }

    /** Rows of a large model attend side by side. */
    private void attend(int layer, Rows rows, int[] rowsA, int from, int count) {
      if (!inPlace()) {
        for (int r = 0; r < count; r++) {
          attend(layer, rows, rowsA[from + r], r, own);
        }
        return;
      }
      team.divide(
          count,
          1,
          (member, first, end) -> {
            Room scores = new Room(heads / keyValueHeads);
            for (int r = first; r < end; r++) {
              attend(layer, rows, rowsA[from + r], r, scores);
            }
          });
    }

    private void attend(int layer, Rows rows, int row, int r, Room room) {
      Pages.Columns prompt = rows.promptColumns.get(rows.promptOfRow[row]);
      Pages.Columns own = rows.ownColumns.get(row);
      int turn = (prompt.count() + own.count() - 1) * headDim;
      int query = r * qkvStride;
      int key = query + heads * headDim;
      int value = key + keyValueHeads * headDim;
      double scale = 1 / Math.sqrt(headDim);
      rotate(query, heads, rows.rotations, turn, (float) scale);
      rotate(key, keyValueHeads, rows.rotations, turn, 1);
      int columns = prompt.count() + own.count();
      int perKey = heads / keyValueHeads;
      int stride = columns + Pages.COLUMNS;
      float[] scores = room.of(perKey * stride);
      float[] sums = room.sums;
      for (int k = 0; k < keyValueHeads; k++) {
        own.put(own.count() - 1, layer, k, qkv, key + k * headDim, qkv, value + k * headDim);
        int queries = query + k * perKey * headDim;
        prompt.scores(layer, k, qkv, queries, perKey, scores, 0, stride);
        own.scores(layer, k, qkv, queries, perKey, scores, prompt.count(), stride);
        int out = (r * heads + k * perKey) * headDim;
        Arrays.fill(attended, out, out + perKey * headDim, 0);
        for (int q = 0; q < perKey; q++) {
          int at = q * stride;
          Arrays.fill(scores, at + columns, at + stride, Float.NEGATIVE_INFINITY);
          sums[q] = VectorMath.expShifted(scores, at, columns);
        }
        prompt.addValues(layer, k, scores, 0, stride, perKey, attended, out);
        own.addValues(layer, k, scores, prompt.count(), stride, perKey, attended, out);
        for (int i = 0; i < perKey * headDim; i++) {
          attended[out + i] /= sums[i / headDim];
        }
      }
    }

    /** Turns pairs of neighbours by the angles that lie at {@code turn}, and scales them. */
    private void rotate(int from, int count, float[] rotations, int turn, float scale) {
      for (int h = 0; h < count; h++) {
        int at = from + h * headDim;
        for (int i = 0; i < headDim; i += 2) {
          float cos = rotations[turn + i] * scale;
          float sin = rotations[turn + i + 1] * scale;
          float a = qkv[at + i];
          float b = qkv[at + i + 1];
          qkv[at + i] = a * cos - b * sin;
          qkv[at + i + 1] = a * sin + b * cos;
        }
      }
    }

    private void predict(float[] logits, int from, int count) {
      int stride = logitsStride();
      Arrays.fill(logits, from * stride, (from + count) * stride, 0);
      head.addProducts(normed, 0, widthStride, logits, from * stride, stride, count);
      for (int r = from; r < from + count; r++) {
        Arrays.fill(
            logits, r * stride + config.vocabSize(), (r + 1) * stride, Float.NEGATIVE_INFINITY);
      }
    }
  }

  @Override
  public void close() {
    pages.close();
    owned.close();
  }
}
