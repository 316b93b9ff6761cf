package toolr0.torch.decode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import toolr0.torch.checkpoint.ModelConfig;

/**
 * Keys and values of all layers in pages of {@link #COLUMNS} tokens. A prompt's pages are shared by
 * the rows that continue it; a row's own pages follow. Freed pages are used again.
 *
 * <p>In a page the keys of a head stand in blocks of one vector's width of columns, [block,
 * headDim, lane], so that scores need no sum across lanes; values stand column after column.
 */
final class Pages {
  private static final VectorSpecies<Float> LANES = PackedMatrix.LANES;
  private static final int L = LANES.length();
  private static final int BLOCKS = 4;

  /** Tokens of a page. */
  static final int COLUMNS = BLOCKS * L;

  private final int keyValueHeads;
  private final int headDim;
  private final int headSize;
  private final int pageSize;
  private final Deque<float[]> free = new ArrayDeque<>();

  Pages(ModelConfig config) {
    keyValueHeads = config.numKeyValueHeads();
    headDim = config.headDim();
    headSize = 2 * COLUMNS * headDim;
    pageSize = config.numHiddenLayers() * keyValueHeads * headSize;
  }

  /** The pages of a prompt, or of what one row appends to it. */
  final class Columns {
    private final List<float[]> pages = new ArrayList<>();
    private int count;

    int count() {
      return count;
    }

    /** Makes room for one more column. */
    void grow() {
      if (count++ % COLUMNS == 0) {
        float[] page = free.poll();
        pages.add(page == null ? new float[pageSize] : page);
      }
    }

    /** Stores one head's key and value of a layer in a column. */
    void put(int column, int layer, int head, float[] keys, int key, float[] values, int value) {
      float[] page = pages.get(column / COLUMNS);
      int at = column % COLUMNS;
      int base = base(layer, head);
      int keyAt = base + at / L * headDim * L + at % L;
      for (int d = 0; d < headDim; d++) {
        page[keyAt + d * L] = keys[key + d];
      }
      System.arraycopy(values, value, page, base + (COLUMNS + at) * headDim, headDim);
    }

    /**
     * Scores of a query against every column; whole pages are written, so that {@code scores} needs
     * {@link #COLUMNS} more values than there are columns.
     */
    void scores(int layer, int head, float[] queries, int query, float[] scores, int from) {
      int base = base(layer, head);
      for (int p = 0; p < pages.size(); p++) {
        score(pages.get(p), base, queries, query, scores, from + p * COLUMNS);
      }
    }

    /** Adds the values of all columns, each times its weight. */
    void addValues(int layer, int head, float[] weights, int from, float[] out, int outFrom) {
      int base = base(layer, head) + COLUMNS * headDim;
      for (int p = 0; p < pages.size(); p++) {
        int columns = Math.min(COLUMNS, count - p * COLUMNS);
        addValues(pages.get(p), base, weights, from + p * COLUMNS, columns, out, outFrom);
      }
    }

    private void addValues(
        float[] page, int base, float[] weights, int from, int columns, float[] out, int outFrom) {
      int d = 0;
      for (; d + 4 * L <= headDim; d += 4 * L) {
        int at = outFrom + d;
        FloatVector a = FloatVector.fromArray(LANES, out, at);
        FloatVector b = FloatVector.fromArray(LANES, out, at + L);
        FloatVector c = FloatVector.fromArray(LANES, out, at + 2 * L);
        FloatVector e = FloatVector.fromArray(LANES, out, at + 3 * L);
        for (int column = 0, v = base + d; column < columns; column++, v += headDim) {
          FloatVector weight = FloatVector.broadcast(LANES, weights[from + column]);
          a = FloatVector.fromArray(LANES, page, v).fma(weight, a);
          b = FloatVector.fromArray(LANES, page, v + L).fma(weight, b);
          c = FloatVector.fromArray(LANES, page, v + 2 * L).fma(weight, c);
          e = FloatVector.fromArray(LANES, page, v + 3 * L).fma(weight, e);
        }
        a.intoArray(out, at);
        b.intoArray(out, at + L);
        c.intoArray(out, at + 2 * L);
        e.intoArray(out, at + 3 * L);
      }
      for (; d < headDim; d++) {
        float total = out[outFrom + d];
        for (int column = 0; column < columns; column++) {
          total = Math.fma(page[base + column * headDim + d], weights[from + column], total);
        }
        out[outFrom + d] = total;
      }
    }

    private void score(
        float[] page, int base, float[] queries, int query, float[] scores, int from) {
      int block = headDim * L;
      FloatVector a = FloatVector.zero(LANES);
      FloatVector b = FloatVector.zero(LANES);
      FloatVector c = FloatVector.zero(LANES);
      FloatVector e = FloatVector.zero(LANES);
      for (int d = 0, k = base; d < headDim; d++, k += L) {
        FloatVector q = FloatVector.broadcast(LANES, queries[query + d]);
        a = FloatVector.fromArray(LANES, page, k).fma(q, a);
        b = FloatVector.fromArray(LANES, page, k + block).fma(q, b);
        c = FloatVector.fromArray(LANES, page, k + 2 * block).fma(q, c);
        e = FloatVector.fromArray(LANES, page, k + 3 * block).fma(q, e);
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

  private int base(int layer, int head) {
    return (layer * keyValueHeads + head) * headSize;
  }
}
