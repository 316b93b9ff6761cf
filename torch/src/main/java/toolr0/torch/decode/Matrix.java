package toolr0.torch.decode;

/** A linear layer's weight, [out, in], as a decoding step uses it. */
sealed interface Matrix permits PackedMatrix, MklMatrix, RowMatrix {

  /** Columns that {@link #addProducts} writes: the outputs, rounded up. */
  int outputs();

  /** Takes the weight as it is now. */
  void pack();

  /**
   * Adds each row's product: {@code y[row, o] += sum over i of x[row, i] * weight[o, i]}. A row's
   * result does not depend on the number of rows.
   *
   * @param x rows of at least {@code in} values from {@code xFrom} on, {@code xStride} apart
   * @param y rows of at least {@link #outputs} values from {@code yFrom} on, {@code yStride} apart
   */
  void addProducts(float[] x, int xFrom, int xStride, float[] y, int yFrom, int yStride, int rows);
}
