package toolr0.tool;

import java.util.Arrays;

/**
 * Pairs rows with columns by score. A result gives each row its column, or -1 when it has none with
 * a positive score.
 */
final class Assignments {
  private Assignments() {}

  /** Each row in order takes the best free column, the first of equals. */
  static int[] greedy(double[][] scores) {
    int[] chosen = new int[scores.length];
    boolean[] used = new boolean[scores.length == 0 ? 0 : scores[0].length];
    for (int row = 0; row < scores.length; row++) {
      int best = -1;
      double bestScore = 0;
      for (int column = 0; column < used.length; column++) {
        if (!used[column] && scores[row][column] > bestScore) {
          best = column;
          bestScore = scores[row][column];
        }
      }
      chosen[row] = best;
      if (best >= 0) {
        used[best] = true;
      }
    }
    return chosen;
  }

  /** The pairing with the largest sum (Hungarian method with potentials, time rows² x columns). */
  static int[] optimal(double[][] scores) {
    int rows = scores.length;
    int given = rows == 0 ? 0 : scores[0].length;
    int columns = Math.max(rows, given);
    double[] rowPotential = new double[rows + 1];
    double[] columnPotential = new double[columns + 1];
    int[] rowOf = new int[columns + 1];
    int[] previous = new int[columns + 1];
    for (int row = 1; row <= rows; row++) {
      rowOf[0] = row;
      int column = 0;
      double[] slack = new double[columns + 1];
      Arrays.fill(slack, Double.POSITIVE_INFINITY);
      boolean[] done = new boolean[columns + 1];
      do {
        done[column] = true;
        int current = rowOf[column];
        double delta = Double.POSITIVE_INFINITY;
        int next = 0;
        for (int j = 1; j <= columns; j++) {
          if (!done[j]) {
            double cost = j <= given ? -scores[current - 1][j - 1] : 0;
            double reduced = cost - rowPotential[current] - columnPotential[j];
            if (reduced < slack[j]) {
              slack[j] = reduced;
              previous[j] = column;
            }
            if (slack[j] < delta) {
              delta = slack[j];
              next = j;
            }
          }
        }
        for (int j = 0; j <= columns; j++) {
          if (done[j]) {
            rowPotential[rowOf[j]] += delta;
            columnPotential[j] -= delta;
          } else {
            slack[j] -= delta;
          }
        }
        column = next;
      } while (rowOf[column] != 0);
      while (column != 0) {
        int before = previous[column];
        rowOf[column] = rowOf[before];
        column = before;
      }
    }
    int[] chosen = new int[rows];
    Arrays.fill(chosen, -1);
    for (int j = 1; j <= given; j++) {
      if (rowOf[j] > 0 && scores[rowOf[j] - 1][j - 1] > 0) {
        chosen[rowOf[j] - 1] = j - 1;
      }
    }
    return chosen;
  }
}
