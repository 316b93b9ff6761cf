package toolr0.torch.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import toolr0.torch.checkpoint.ModelConfig;

/**
 * Keys and values of all layers in pages of {@link #COLUMNS} tokens. A prompt's pages are shared by
 * the rows that continue it; a row's own pages follow. Pages lie outside the Java heap; freed ones
 * are used again.
 *
 * <p>In a page the keys of a head stand in blocks of one vector's width of columns, [block,
 * headDim, lane], so that scores need no sum across lanes; values stand column after column.
 */
final class Pages implements AutoCloseable {
  private static final VectorSpecies<Float> LANES = PackedMatrix.LANES;
  private static final int L = LANES.length();
  private static final int BLOCKS = 4;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Tokens of a page. */
  static final int COLUMNS = BLOCKS * L;

  private final int keyValueHeads;
  private final int headDim;
  private final long headSize;
  private final long pageSize;
  private final Arena arena = Arena.ofShared();
  private final Deque<MemorySegment> free = new ArrayDeque<>();

  Pages(ModelConfig config) {
    keyValueHeads = config.numKeyValueHeads();
    headDim = config.headDim();
    headSize = 2L * COLUMNS * headDim;
    pageSize = headSize * keyValueHeads * config.numHiddenLayers();
  }

  /** The pages of a prompt, or of what one row appends to it. */
  final class Columns {
    private final List<MemorySegment> pages = new ArrayList<>();
    private int count;

    int count() {
      return count;
    }

    /** Makes room for one more column. */
    void grow() {
      if (count++ % COLUMNS == 0) {
        MemorySegment page = free.poll();
        pages.add(page == null ? arena.allocate(ValueLayout.JAVA_FLOAT, pageSize) : page);
      }
    }

    /** Stores one head's key and value of a layer in a column. */
    void put(int column, int layer, int head, float[] keys, int key, float[] values, int value) {
      MemorySegment page = pages.get(column / COLUMNS);
      int at = column % COLUMNS;
      long base = base(layer, head);
      long keyAt = base + (long) at / L * headDim * L + at % L;
      for (int d = 0; d < headDim; d++) {
        page.setAtIndex(ValueLayout.JAVA_FLOAT, keyAt + (long) d * L, keys[key + d]);
      }
      long valueAt = base + (long) (COLUMNS + at) * headDim;
      MemorySegment.copy(values, value, page, ValueLayout.JAVA_FLOAT, 4 * valueAt, headDim);
    }

    /**
     * Scores of a query against every column; whole pages are written, so that {@code scores} needs
     * {@link #COLUMNS} more values than there are columns.
     */
    void scores(int layer, int head, float[] queries, int query, float[] scores, int from) {
      long base = base(layer, head);
      for (int p = 0; p < pages.size(); p++) {
        score(pages.get(p), base, queries, query, scores, from + p * COLUMNS);
      }
    }

    /** Adds the values of all columns, each times its weight. */
    void addValues(int layer, int head, float[] weights, int from, float[] out, int outFrom) {
      long base = base(layer, head) + (long) COLUMNS * headDim;
      for (int p = 0; p < pages.size(); p++) {
        int columns = Math.min(COLUMNS, count - p * COLUMNS);
        addValues(pages.get(p), base, weights, from + p * COLUMNS, columns, out, outFrom);
      }
    }

    private void addValues(
        MemorySegment page,
        long base,
        float[] weights,
        int from,
        int columns,
        float[] out,
        int outFrom) {
      int d = 0;
      for (; d + 4 * L <= headDim; d += 4 * L) {
        int at = outFrom + d;
        FloatVector a = FloatVector.fromArray(LANES, out, at);
        FloatVector b = FloatVector.fromArray(LANES, out, at + L);
        FloatVector c = FloatVector.fromArray(LANES, out, at + 2 * L);
        FloatVector e = FloatVector.fromArray(LANES, out, at + 3 * L);
        long v = 4 * (base + d);
        for (int column = 0; column < columns; column++, v += 4L * headDim) {
          FloatVector weight = FloatVector.broadcast(LANES, weights[from + column]);
          a = FloatVector.fromMemorySegment(LANES, page, v, ORDER).fma(weight, a);
          b = FloatVector.fromMemorySegment(LANES, page, v + 4L * L, ORDER).fma(weight, b);
          c = FloatVector.fromMemorySegment(LANES, page, v + 8L * L, ORDER).fma(weight, c);
          e = FloatVector.fromMemorySegment(LANES, page, v + 12L * L, ORDER).fma(weight, e);
        }
        a.intoArray(out, at);
        b.intoArray(out, at + L);
        c.intoArray(out, at + 2 * L);
        e.intoArray(out, at + 3 * L);
      }
      for (; d < headDim; d++) {
        float total = out[outFrom + d];
        for (int column = 0; column < columns; column++) {
          float value = page.getAtIndex(ValueLayout.JAVA_FLOAT, base + (long) column * headDim + d);
          total = Math.fma(value, weights[from + column], total);
        }
        out[outFrom + d] = total;
      }
    }

    private void score(
        MemorySegment page, long base, float[] queries, int query, float[] scores, int from) {
      long block = 4L * headDim * L;
      FloatVector a = FloatVector.zero(LANES);
      FloatVector b = FloatVector.zero(LANES);
      FloatVector c = FloatVector.zero(LANES);
      FloatVector e = FloatVector.zero(LANES);
      long k = 4 * base;
      for (int d = 0; d < headDim; d++, k += 4L * L) {
        FloatVector q = FloatVector.broadcast(LANES, queries[query + d]);
        a = FloatVector.fromMemorySegment(LANES, page, k, ORDER).fma(q, a);
        b = FloatVector.fromMemorySegment(LANES, page, k + block, ORDER).fma(q, b);
        c = FloatVector.fromMemorySegment(LANES, page, k + 2 * block, ORDER).fma(q, c);
        e = FloatVector.fromMemorySegment(LANES, page, k + 3 * block, ORDER).fma(q, e);
      }
      a.intoArray(scores, from);
      b.intoArray(scores, from + L);
      c.intoArray(scores, from + 2 * L);
      e.intoArray(scores, from + 3 * L);
    }

    /** Gives the pages back. */
    void release() {
      free.addAll(pages);
      pages.clear();
      count = 0;
    }
  }

  private long base(int layer, int head) {
    return (layer * keyValueHeads + head) * headSize;
  }

  @Override
  public void close() {
    arena.close();
  }
}
