package toolr0.torch.model;

import java.util.Arrays;
import toolr0.torch.checkpoint.ModelConfig;

/**
 * Cosine and sine of each pair's angle at each position. Positions are added as texts reach them,
 * because a context may be far longer than any text. Safe for concurrent use.
 */
public final class RotaryTable {
  private static final int FIRST_POSITIONS = 256;

  private final float[] frequencies;
  private volatile float[] cosSin = new float[0];

  RotaryTable(ModelConfig config) {
    frequencies = config.rope().frequencies(config.headDim());
  }

  /** Values of one position: a cosine and a sine for each pair. */
  int rowLength() {
    return 2 * frequencies.length;
  }

  /**
   * The table of at least the first {@code positions} positions: [position, headDim / 2, 2]. It is
   * never changed.
   */
  public float[] covering(int positions) {
    float[] table = cosSin;
    return table.length >= positions * rowLength() ? table : grow(positions);
  }

  private synchronized float[] grow(int positions) {
    float[] old = cosSin;
    int row = rowLength();
    int known = old.length / row;
    if (known >= positions) {
      return old;
    }
    int wanted = Math.max(FIRST_POSITIONS, Math.max(positions, 2 * known));
    float[] table = Arrays.copyOf(old, Math.multiplyExact(wanted, row));
    for (int position = known; position < wanted; position++) {
      for (int i = 0; i < frequencies.length; i++) {
        double angle = position * (double) frequencies[i];
        table[position * row + 2 * i] = (float) Math.cos(angle);
        table[position * row + 2 * i + 1] = (float) Math.sin(angle);
      }
    }
    cosSin = table;
    return table;
  }

  /** The rows of the given positions, one after another. */
  float[] at(long[] positionsN) {
    int row = rowLength();
    int last = 0;
    for (long position : positionsN) {
      last = Math.max(last, Math.toIntExact(position));
    }
    float[] table = covering(last + 1);
    float[] rows = new float[Math.multiplyExact(positionsN.length, row)];
    for (int n = 0; n < positionsN.length; n++) {
      System.arraycopy(table, (int) positionsN[n] * row, rows, n * row, row);
    }
    return rows;
  }
}
