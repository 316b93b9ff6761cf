package toolr0.torch.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
  private static final VectorSpecies<Float> LANES = Storage.LANES;
  private static final int L = LANES.length();

  /** Tokens of a page. */
  static final int COLUMNS = 4 * L;

  private static final long PAGE_ALIGNMENT = 64;

  private final Storage storage;
  private final int keyValueHeads;
  private final int headDim;
  private final long partBytes;
  private final long pageBytes;
  private Arena arena = Arena.ofShared();
  private int used;
  private final Deque<MemorySegment> free = new ArrayDeque<>();

  Pages(ModelConfig config, Storage storage) {
    this.storage = storage;
    keyValueHeads = config.numKeyValueHeads();
    headDim = config.headDim();
    partBytes = (long) storage.bytes() * COLUMNS * headDim;
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
        used++;
        pages.add(page == null ? arena.allocate(pageBytes, PAGE_ALIGNMENT) : page);
      }
    }

    /** Stores one head's key and value of a layer in a column. */
    void put(int column, int layer, int head, float[] keys, int key, float[] values, int value) {
      MemorySegment page = pages.get(column / COLUMNS);
      int at = column % COLUMNS;
      MemorySegment keyPart = keys(page, layer, head);
      int place = storage.place(at);
      for (int d = 0; d < headDim; d++) {
        storage.put(keyPart, (long) d * COLUMNS + place, keys[key + d]);
      }
      MemorySegment valuePart = values(page, layer, head);
      int d = 0;
      for (; d + COLUMNS <= headDim; d += COLUMNS) {
        long row = (long) d * COLUMNS + (long) at * COLUMNS;
        storage.putPair(valuePart, row, values, value + d);
        storage.putPair(valuePart, row + 2L * L, values, value + d + 2 * L);
      }
      int width = headDim - d;
      for (int i = 0; i < width; i++) {
        storage.put(valuePart, (long) d * COLUMNS + (long) at * width + i, values[value + d + i]);
      }
    }

    /**
     * Scores of the queries that share a head's keys against every column; whole pages are written,
     * so that a row of {@code scores} needs {@link #COLUMNS} more values than there are columns.
     *
     * @param queries {@code count} queries of headDim values each, from {@code query} on
     * @param scores a row for each query, {@code stride} apart, written from {@code from} on
     */
    void scores(
        int layer,
        int head,
        float[] queries,
        int query,
        int count,
        float[] scores,
        int from,
        int stride) {
      for (int p = 0; p < pages.size(); p++) {
        MemorySegment keys = keys(pages.get(p), layer, head);
        int at = from + p * COLUMNS;
        int q = 0;
        for (; q + 2 <= count; q += 2) {
          scoreTwo(keys, queries, query + q * headDim, scores, at + q * stride, stride);
        }
        if (q < count) {
          score(keys, queries, query + q * headDim, scores, at + q * stride);
        }
      }
    }

    /** Scores of two queries, each summed as {@link #score} does. */
    private void scoreTwo(
        MemorySegment part, float[] queries, int query, float[] scores, int from, int stride) {
      MemorySegment keys = Storage.known(part);
      FloatVector a0 = FloatVector.zero(LANES);
      FloatVector b0 = FloatVector.zero(LANES);
      FloatVector c0 = FloatVector.zero(LANES);
      FloatVector e0 = FloatVector.zero(LANES);
      FloatVector a1 = FloatVector.zero(LANES);
      FloatVector b1 = FloatVector.zero(LANES);
      FloatVector c1 = FloatVector.zero(LANES);
      FloatVector e1 = FloatVector.zero(LANES);
      for (int d = 0; d < headDim; d++) {
        FloatVector q0 = FloatVector.broadcast(LANES, queries[query + d]);
        FloatVector q1 = FloatVector.broadcast(LANES, queries[query + headDim + d]);
        long at = (long) d * COLUMNS;
        FloatVector key = storage.left(keys, at);
        a0 = key.fma(q0, a0);
        a1 = key.fma(q1, a1);
        key = storage.right(keys, at);
        b0 = key.fma(q0, b0);
        b1 = key.fma(q1, b1);
        key = storage.left(keys, at + 2L * L);
        c0 = key.fma(q0, c0);
        c1 = key.fma(q1, c1);
        key = storage.right(keys, at + 2L * L);
        e0 = key.fma(q0, e0);
        e1 = key.fma(q1, e1);
      }
      a0.intoArray(scores, from);
      b0.intoArray(scores, from + L);
      c0.intoArray(scores, from + 2 * L);
      e0.intoArray(scores, from + 3 * L);
      a1.intoArray(scores, from + stride);
      b1.intoArray(scores, from + stride + L);
      c1.intoArray(scores, from + stride + 2 * L);
      e1.intoArray(scores, from + stride + 3 * L);
    }

    private void score(MemorySegment part, float[] queries, int query, float[] scores, int from) {
      MemorySegment keys = Storage.known(part);
      FloatVector a = FloatVector.zero(LANES);
      FloatVector b = FloatVector.zero(LANES);
      FloatVector c = FloatVector.zero(LANES);
      FloatVector e = FloatVector.zero(LANES);
      for (int d = 0; d < headDim; d++) {
        FloatVector q = FloatVector.broadcast(LANES, queries[query + d]);
        long at = (long) d * COLUMNS;
        a = storage.left(keys, at).fma(q, a);
        b = storage.right(keys, at).fma(q, b);
        c = storage.left(keys, at + 2L * L).fma(q, c);
        e = storage.right(keys, at + 2L * L).fma(q, e);
      }
      a.intoArray(scores, from);
      b.intoArray(scores, from + L);
      c.intoArray(scores, from + 2 * L);
      e.intoArray(scores, from + 3 * L);
    }

    /**
     * Adds the values of all columns, each times its weight, for the queries that share a head's
     * values.
     *
     * @param weights a row for each query, {@code stride} apart, read from {@code from} on
     * @param out {@code queries} results of headDim values each, from {@code outFrom} on
     */
    void addValues(
        int layer,
        int head,
        float[] weights,
        int from,
        int stride,
        int queries,
        float[] out,
        int outFrom) {
      for (int p = 0; p < pages.size(); p++) {
        MemorySegment values = values(pages.get(p), layer, head);
        int columns = Math.min(COLUMNS, count - p * COLUMNS);
        int d = 0;
        for (; d + COLUMNS <= headDim; d += COLUMNS) {
          MemorySegment block = values.asSlice(position(d), position(COLUMNS));
          int first = from + p * COLUMNS;
          int at = outFrom + d;
          int q = 0;
          for (; q + 2 <= queries; q += 2, first += 2 * stride, at += 2 * headDim) {
            addBlockTwice(block, weights, first, stride, columns, out, at);
          }
          if (q < queries) {
            addBlock(block, weights, first, columns, out, at);
          }
        }
        if (d < headDim) {
          MemorySegment rest = values.asSlice(position(d));
          for (int q = 0; q < queries; q++) {
            int first = from + p * COLUMNS + q * stride;
            addRest(rest, weights, first, columns, out, outFrom + q * headDim + d);
          }
        }
      }
    }

    /** Adds a block for two queries, each summed as {@link #addBlock} does. */
    private void addBlockTwice(
        MemorySegment part,
        float[] weights,
        int from,
        int stride,
        int columns,
        float[] out,
        int at) {
      MemorySegment block = Storage.known(part);
      int second = at + headDim;
      FloatVector a0 = FloatVector.fromArray(LANES, out, at);
      FloatVector b0 = FloatVector.fromArray(LANES, out, at + L);
      FloatVector c0 = FloatVector.fromArray(LANES, out, at + 2 * L);
      FloatVector e0 = FloatVector.fromArray(LANES, out, at + 3 * L);
      FloatVector a1 = FloatVector.fromArray(LANES, out, second);
      FloatVector b1 = FloatVector.fromArray(LANES, out, second + L);
      FloatVector c1 = FloatVector.fromArray(LANES, out, second + 2 * L);
      FloatVector e1 = FloatVector.fromArray(LANES, out, second + 3 * L);
      for (int column = 0; column < columns; column++) {
        FloatVector w0 = FloatVector.broadcast(LANES, weights[from + column]);
        FloatVector w1 = FloatVector.broadcast(LANES, weights[from + stride + column]);
        long v = (long) column * COLUMNS;
        FloatVector value = storage.left(block, v);
        a0 = value.fma(w0, a0);
        a1 = value.fma(w1, a1);
        value = storage.right(block, v);
        b0 = value.fma(w0, b0);
        b1 = value.fma(w1, b1);
        value = storage.left(block, v + 2L * L);
        c0 = value.fma(w0, c0);
        c1 = value.fma(w1, c1);
        value = storage.right(block, v + 2L * L);
        e0 = value.fma(w0, e0);
        e1 = value.fma(w1, e1);
      }
      a0.intoArray(out, at);
      b0.intoArray(out, at + L);
      c0.intoArray(out, at + 2 * L);
      e0.intoArray(out, at + 3 * L);
      a1.intoArray(out, second);
      b1.intoArray(out, second + L);
      c1.intoArray(out, second + 2 * L);
      e1.intoArray(out, second + 3 * L);
    }

    private void addBlock(
        MemorySegment part, float[] weights, int from, int columns, float[] out, int at) {
      MemorySegment block = Storage.known(part);
      FloatVector a = FloatVector.fromArray(LANES, out, at);
      FloatVector b = FloatVector.fromArray(LANES, out, at + L);
      FloatVector c = FloatVector.fromArray(LANES, out, at + 2 * L);
      FloatVector e = FloatVector.fromArray(LANES, out, at + 3 * L);
      for (int column = 0; column < columns; column++) {
        FloatVector weight = FloatVector.broadcast(LANES, weights[from + column]);
        long v = (long) column * COLUMNS;
        a = storage.left(block, v).fma(weight, a);
        b = storage.right(block, v).fma(weight, b);
        c = storage.left(block, v + 2L * L).fma(weight, c);
        e = storage.right(block, v + 2L * L).fma(weight, e);
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
          float value = storage.get(rest, (long) column * width + d);
          total = Math.fma(value, weights[from + column], total);
        }
        out[at + d] = total;
      }
    }

    /** Gives the pages back. */
    void release() {
      free.addAll(pages);
      used -= pages.size();
      pages.clear();
      count = 0;
    }
  }

  /** Bytes before the row of a part. */
  private long position(int row) {
    return (long) storage.bytes() * COLUMNS * row;
  }

  /** Bytes of the pages of so many tokens of a row or a prompt. */
  static long bytes(ModelConfig config, Storage storage, int tokens) {
    long ofToken = 2L * config.numKeyValueHeads() * config.headDim() * config.numHiddenLayers();
    return Math.ceilDiv(tokens, COLUMNS) * (long) COLUMNS * storage.bytes() * ofToken;
  }

  /** Pages that prompts and rows hold. */
  int inUse() {
    return used;
  }

  /** Gives all pages back to the system, unless some are in use. */
  void giveBack() {
    if (used == 0) {
      free.clear();
      arena.close();
      arena = Arena.ofShared();
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
