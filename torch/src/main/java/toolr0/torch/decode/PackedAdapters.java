package toolr0.torch.decode;

import java.util.ArrayList;
import java.util.List;
import toolr0.torch.model.Adapters;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;

/**
 * A model's adapters as a decoding step uses them: beside the model's products, which stay those of
 * the base. Merging them into a copy of the base would take the base's memory once more for each
 * set, and what they add to a step is a few hundredths of its work.
 */
final class PackedAdapters implements AutoCloseable {

  /** The adapter of some outputs of a matrix. */
  private record Part(PackedMatrix a, PackedMatrix b, int firstRow) {}

  /** The adapters of a matrix. */
  static final class Change {
    static final Change NONE = new Change(List.of(), 0);

    private final List<Part> parts;
    private final float scale;

    private Change(List<Part> parts, float scale) {
      this.parts = parts;
      this.scale = scale;
    }

    /**
     * Adds what they change for rows of inputs; rows begin at 0.
     *
     * @param y has room for {@link PackedMatrix#PANEL} values behind its last row; those behind a
     *     row's end keep their values
     */
    void addProducts(float[] x, int xStride, float[] y, int yStride, int rows) {
      for (Part part : parts) {
        int stride = part.a().outputs();
        float[] low = new float[rows * stride];
        part.a().addProducts(x, 0, xStride, low, 0, stride, rows);
        for (int i = 0; i < low.length; i++) {
          low[i] *= scale;
        }
        part.b().addProducts(low, 0, stride, y, part.firstRow(), yStride, rows);
      }
    }

    private void pack() {
      for (Part part : parts) {
        part.a().pack();
        part.b().pack();
      }
    }
  }

  /** The adapters of a layer. */
  record Layer(Change qkv, Change output, Change gateUp, Change down) {
    static final Layer NONE = new Layer(Change.NONE, Change.NONE, Change.NONE, Change.NONE);
  }

  private final Owned owned = new Owned();
  private final List<Layer> layers = new ArrayList<>();

  /** Adapters as they are now. */
  PackedAdapters(Adapters adapters) {
    float scale = (float) adapters.spec().scale();
    try (TensorScope scope = TensorScope.open()) {
      for (Adapters.Layer layer : adapters.layers()) {
        layers.add(
            new Layer(
                change(layer.qkv(), scale),
                change(layer.output(), scale),
                change(layer.gateUp(), scale),
                change(layer.down(), scale)));
      }
      pack();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Change change(Adapters.Change change, float scale) {
    return new Change(
        change.parts().stream()
            .map(
                part ->
                    new Part(
                        new PackedMatrix(part.a(), Storage.FP32, owned),
                        new PackedMatrix(part.b(), Storage.FP32, owned),
                        Math.toIntExact(part.firstRow())))
            .toList(),
        scale);
  }

  private void pack() {
    for (Layer layer : layers) {
      layer.qkv().pack();
      layer.output().pack();
      layer.gateUp().pack();
      layer.down().pack();
    }
  }

  Layer layer(int index) {
    return layers.get(index);
  }

  @Override
  public void close() {
    owned.close();
  }
}
