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
 * <p>In a page the keys of a head are [headDim, column], so that scores need no sum across lanes;
 * its values are [block, column, value], a block being as many values as a page has columns, the
 * last one the rest.
 */
final class Pages implements AutoCloseable {
  private static final VectorSpecies<Float> LANES = PackedMatrix.LANES;
  private static final int L = LANES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Tokens of a page. */
  static final int COLUMNS = 4 * L;

  private static final long PAGE_ALIGNMENT = 64;
  private static final long ROW_BYTES = 4L * COLUMNS;

  private final int keyValueHeads;
  private final int headDim;
  private final long partBytes;
  private final long pageBytes;
  private final Arena arena = Arena.ofShared();
  private final Deque<MemorySegment> free = new ArrayDeque<>();

  Pages(ModelConfig config) {
    keyValueHeads = config.numKeyValueHeads();
    headDim = config.headDim();
    partBytes = ROW_BYTES * headDim;
    pageBytes = 2 * partBytes * keyValueHeads * config.numHiddenLayers();
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
        pages.add(page == null ? arena.allocate(pageBytes, PAGE_ALIGNMENT) : page);
      }
    }

    /** Stores one head's key and value of a layer in a column. */
    void put(int column, int layer, int head, float[] keys, int key, float[] values, int value) {
      MemorySegment page = pages.get(column / COLUMNS);
      int at = column % COLUMNS;
      MemorySegment keyPart = keys(page, layer, head);
      for (int d = 0; d < headDim; d++) {
        keyPart.setAtIndex(ValueLayout.JAVA_FLOAT, (long) d * COLUMNS + at, keys[key + d]);
      }
      MemorySegment valuePart = values(page, layer, head);
      for (int d = 0; d < headDim; d += COLUMNS) {
        int width = Math.min(COLUMNS, headDim - d);
        long offset = 4L * (d * COLUMNS + at * width);
        MemorySegment.copy(values, value + d, valuePart, ValueLayout.JAVA_FLOAT, offset, width);
      }
    }

    /**
     * Scores of a query against every column; whole pages are written, so that {@code scores} needs
     * {@link #COLUMNS} more values than there are columns.
     */
    void scores(int layer, int head, float[] queries, int query, float[] scores, int from) {
      for (int p = 0; p < pages.size(); p++) {
        score(keys(pages.get(p), layer, head), queries, query, scores, from + p * COLUMNS);
      }
    }

    private void score(MemorySegment keys, float[] queries, int query, float[] scores, int from) {
      FloatVector a = FloatVector.zero(LANES);
      FloatVector b = FloatVector.zero(LANES);
      FloatVector c = FloatVector.zero(LANES);
      FloatVector e = FloatVector.zero(LANES);
      for (int d = 0; d < headDim; d++) {
        FloatVector q = FloatVector.broadcast(LANES, queries[query + d]);
        long at = d * ROW_BYTES;
        a = FloatVector.fromMemorySegment(LANES, keys, at, ORDER).fma(q, a);
        b = FloatVector.fromMemorySegment(LANES, keys, at + 4L * L, ORDER).fma(q, b);
        c = FloatVector.fromMemorySegment(LANES, keys, at + 8L * L, ORDER).fma(q, c);
        e = FloatVector.fromMemorySegment(LANES, keys, at + 12L * L, ORDER).fma(q, e);
      }
      a.intoArray(scores, from);
      b.intoArray(scores, from + L);
      c.intoArray(scores, from + 2 * L);
      e.intoArray(scores, from + 3 * L);
    }

    /** Adds the values of all columns, each times its weight. */
    void addValues(int layer, int head, float[] weights, int from, float[] out, int outFrom) {
      for (int p = 0; p < pages.size(); p++) {
        MemorySegment values = values(pages.get(p), layer, head);
        int columns = Math.min(COLUMNS, count - p * COLUMNS);
        int first = from + p * COLUMNS;
        int d = 0;
        for (; d + COLUMNS <= headDim; d += COLUMNS) {
          MemorySegment block = values.asSlice(d * ROW_BYTES, COLUMNS * ROW_BYTES);
          addBlock(block, weights, first, columns, out, outFrom + d);
        }
        if (d < headDim) {
          addRest(values.asSlice(d * ROW_BYTES), weights, first, columns, out, outFrom + d);
        }
      }
    }

    private void addBlock(
        MemorySegment block, float[] weights, int from, int columns, float[] out, int at) {
      FloatVector a = FloatVector.fromArray(LANES, out, at);
      FloatVector b = FloatVector.fromArray(LANES, out, at + L);
      FloatVector c = FloatVector.fromArray(LANES, out, at + 2 * L);
      FloatVector e = FloatVector.fromArray(LANES, out, at + 3 * L);
      for (int column = 0; column < columns; column++) {
        FloatVector weight = FloatVector.broadcast(LANES, weights[from + column]);
        long v = column * ROW_BYTES;
        a = FloatVector.fromMemorySegment(LANES, block, v, ORDER).fma(weight, a);
        b = FloatVector.fromMemorySegment(LANES, block, v + 4L * L, ORDER).fma(weight, b);
        c = FloatVector.fromMemorySegment(LANES, block, v + 8L * L, ORDER).fma(weight, c);
        e = FloatVector.fromMemorySegment(LANES, block, v + 12L * L, ORDER).fma(weight, e);
      }
      a.intoArray(out, at);
      b.intoArray(out, at + L);
      c.intoArray(out, at + 2 * L);
      e.intoArray(out, at + 3 * L);
    }

    /** The last values of a head, fewer than a block's width. */
    private void addRest(
        MemorySegment rest, float[] weights, int from, int columns, float[] out, int at) {
      int width = headDim % COLUMNS;
      for (int d = 0; d < width; d++) {
        float total = out[at + d];
        for (int column = 0; column < columns; column++) {
          float value = rest.getAtIndex(ValueLayout.JAVA_FLOAT, (long) column * width + d);
          total = Math.fma(value, weights[from + column], total);
        }
        out[at + d] = total;
      }
    }

    /** Gives the pages back. */
    void release() {
      free.addAll(pages);
      pages.clear();
      count = 0;
    }
  }

  private MemorySegment keys(MemorySegment page, int layer, int head) {
    return page.asSlice(2 * partBytes * (layer * keyValueHeads + head), partBytes);
  }

  private MemorySegment values(MemorySegment page, int layer, int head) {
    return page.asSlice(2 * partBytes * (layer * keyValueHeads + head) + partBytes, partBytes);
  }

  @Override
  public void close() {
    arena.close();
  }
}
