package toolr0.torch.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.policy.Device;
import toolr0.torch.model.PackedBatch.Entry;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** The form of attention that flash kernels take against the one with a mask. */
class AttentionTest {
  private static final int HEADS = 6;
  private static final int KEY_HEADS = 2;
  private static final int HEAD_DIM = 8;

  static Stream<List<Entry>> batches() {
    return Stream.of(
        List.of(entry(5)),
        List.of(entry(5, 7)),
        List.of(entry(9, 4, 1, 6, 6)),
        List.of(entry(3, 1, 1), entry(1, 2), entry(7)),
        List.of(entry(2, 1), entry(12, 5, 1), entry(4, 1, 1, 9), entry(1, 30)));
  }

  private static Entry entry(int prompt, int... completions) {
    return new Entry(
        new int[prompt], Arrays.stream(completions).mapToObj(length -> new int[length]).toList());
  }

  private record Result(float[] output, List<float[]> gradients) {}

  @ParameterizedTest
  @MethodSource("batches")
  void bothFormsAndTheirGradientsAreEqual(List<Entry> entries) {
    PackedBatch batch = PackedBatch.of(entries);
    try (TensorScope scope = TensorScope.open()) {
      Result bySegment = attend(Attention.over(batch, Device.CPU), batch.rows());
      Result byText = attend(new Attention.ByText(batch, Device.CPU), batch.rows());
      assertThat(byText.output()).containsExactly(bySegment.output(), within(1e-5f));
      for (int i = 0; i < 3; i++) {
        assertThat(byText.gradients().get(i))
            .containsExactly(bySegment.gradients().get(i), within(2e-5f));
      }
    }
  }

  private static Result attend(Attention attention, int rows) {
    List<Tensor> inputs =
        Stream.of(HEADS, KEY_HEADS, KEY_HEADS)
            .map(heads -> random(heads + 1, rows, heads).requires_grad_(true))
            .toList();
    Tensor output = attention.of(0, inputs.get(0), inputs.get(1), inputs.get(2));
    assertThat(output.sizes().vec().get()).containsExactly(rows, HEADS * HEAD_DIM);
    output.mul(random(9, rows, HEADS).view(rows, -1)).sum().backward();
    return new Result(
        Tensors.toFloats(output.detach()),
        inputs.stream().map(input -> Tensors.toFloats(input.grad().detach())).toList());
  }

  private static Tensor random(int seed, int rows, int heads) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * heads * HEAD_DIM];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.floats(values).view(rows, heads, HEAD_DIM).to(ScalarType.Float);
  }
}
