package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.policy.Device;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.OptimizerSpec.Optim;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.model.Trainable;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

class EightBitMomentsTest {
  private static final OptimizerSpec EXACT = new OptimizerSpec(Optim.ADAMW, 0.9, 0.99, 1e-8, 0.1);
  private static final OptimizerSpec SHORT =
      new OptimizerSpec(Optim.ADAMW_8BIT, 0.9, 0.99, 1e-8, 0.1);

  @TempDir private Path folder;

  private record Vector(Tensor flat, Tensor flatGrad, long matrixLength) implements Trainable {

    /** A stretch of matrices that ends within a block, and a rest. */
    static Vector of(int matrices, int rest) {
      SplittableRandom random = new SplittableRandom(3);
      float[] values = new float[matrices + rest];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      return new Vector(
          Tensors.floats(values), Tensors.zeros(ScalarType.Float, matrices + rest), matrices);
    }

    @Override
    public Device device() {
      return Device.CPU;
    }

    @Override
    public void close() {}

    /** Gradients of very different sizes, a fifth of them 0. */
    void gradients(int step) {
      SplittableRandom random = new SplittableRandom(step);
      float[] values = new float[(int) flat.numel()];
      for (int i = 0; i < values.length; i++) {
        double size = Math.pow(10, -(i % 4));
        values[i] = random.nextInt(5) == 0 ? 0 : (float) (size * random.nextGaussian());
      }
      flatGrad.copy_(Tensors.floats(values));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCodeThatIsChosenIsTheNearest(boolean signed) {
    EightBitCode code = signed ? EightBitCode.SIGNED : EightBitCode.UNSIGNED;
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      double size = Math.pow(10, -random.nextDouble(8));
      float value = (float) (signed && random.nextBoolean() ? -size : size);
      float found = code.value(code.nearest(value));
      float best = Float.MAX_VALUE;
      for (int c = 0; c < 256; c++) {
        best = Math.min(best, Math.abs(code.value((byte) c) - value));
      }
      assertThat(Math.abs(found - value)).isLessThanOrEqualTo(best);
    }
    for (int c = 0; c < 256; c++) {
      assertThat(code.nearest(code.value((byte) c))).isEqualTo((byte) c);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theTwoCodesAroundAValueGiveItInTheMean(boolean signed) {
    EightBitCode code = signed ? EightBitCode.SIGNED : EightBitCode.UNSIGNED;
    SplittableRandom random = new SplittableRandom(1);
    int draws = 1000;
    for (int i = 0; i < 2000; i++) {
      double size = 0.99 * Math.pow(10, -random.nextDouble(8));
      float value = (float) (signed && random.nextBoolean() ? -size : size);
      float one = code.value(code.around(value, 0));
      float other = code.value(code.around(value, Math.nextDown(1f)));
      float least = Math.min(one, other);
      float most = Math.max(one, other);
      double sum = 0;
      for (int draw = 0; draw < draws; draw++) {
        float found = code.value(code.around(value, (draw + 0.5f) / draws));
        assertThat(found == least || found == most).isTrue();
        sum += found;
      }
      assertThat(least).isLessThanOrEqualTo(value);
      assertThat(most).isGreaterThanOrEqualTo(value);
      assertThat(sum / draws).isCloseTo(value, within(1.1 * (most - least) / draws + 1e-9));
      float nearest = code.value(code.nearest(value));
      assertThat(nearest == least || nearest == most).isTrue();
    }
    for (int c = 0; c < 256; c++) {
      assertThat(code.around(code.value((byte) c), 0)).isEqualTo((byte) c);
    }
  }

  /** Gradients of size 1 that fall to a twentieth, but for one of each block. */
  private static void falling(Vector vector, int step) {
    SplittableRandom random = new SplittableRandom(step);
    float[] values = new float[(int) vector.flat().numel()];
    for (int i = 0; i < values.length; i++) {
      double size = i % EightBitMoments.BLOCK == 0 || step < 300 ? 1 : 0.05;
      values[i] = (float) (size * random.nextGaussian());
    }
    vector.flatGrad().copy_(Tensors.floats(values));
  }

  @Test
  void secondMomentsFollowGradientsThatFallAsThoseOfFp32Do() {
    OptimizerSpec spec = OptimizerSpec.DEFAULT;
    OptimizerSpec coarseSpec =
        new OptimizerSpec(
            Optim.ADAMW_8BIT,
            spec.adamBeta1(),
            spec.adamBeta2(),
            spec.adamEpsilon(),
            spec.weightDecay());
    int blocks = 4;
    try (TensorScope scope = TensorScope.open()) {
      Vector exact = Vector.of(blocks * EightBitMoments.BLOCK, 0);
      Vector coarse = Vector.of(blocks * EightBitMoments.BLOCK, 0);
      try (AdamW ofExact = new AdamW(exact, spec);
          AdamW ofCoarse = new AdamW(coarse, coarseSpec)) {
        double[] way = new double[2];
        for (int step = 0; step < 3000; step++) {
          try (TensorScope inner = TensorScope.open()) {
            falling(exact, step);
            falling(coarse, step);
            float[] before = Tensors.toFloats(exact.flat());
            float[] coarseBefore = Tensors.toFloats(coarse.flat());
            ofExact.step(1e-3, 1);
            ofCoarse.step(1e-3, 1);
            if (step >= 2500) {
              way[0] += way(before, Tensors.toFloats(exact.flat()));
              way[1] += way(coarseBefore, Tensors.toFloats(coarse.flat()));
            }
          }
        }
        assertThat(way[1] / way[0]).isCloseTo(1, within(0.15));
      }
    }
  }

  /** How far the values moved that are not the large ones of their blocks. */
  private static double way(float[] before, float[] after) {
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      sum += i % EightBitMoments.BLOCK == 0 ? 0 : Math.abs(after[i] - before[i]);
    }
    return sum;
  }

  @Test
  void stepsStayNearThoseOfFp32() {
    try (TensorScope scope = TensorScope.open()) {
      Vector exact = Vector.of(1000, 72);
      Vector coarse = Vector.of(1000, 72);
      double rate = 0.01;
      int steps = 50;
      float[] start = Tensors.toFloats(exact.flat());
      try (AdamW ofExact = new AdamW(exact, EXACT);
          AdamW ofCoarse = new AdamW(coarse, SHORT)) {
        for (int step = 0; step < steps; step++) {
          exact.gradients(step);
          coarse.gradients(step);
          ofExact.step(rate, 0.5);
          ofCoarse.step(rate, 0.5);
        }
      }
      float[] expected = Tensors.toFloats(exact.flat());
      float[] found = Tensors.toFloats(coarse.flat());
      double distance = 0;
      double way = 0;
      for (int i = 0; i < 1000; i++) {
        distance += Math.pow(found[i] - expected[i], 2);
        way += Math.pow(expected[i] - start[i], 2);
        assertThat(Math.abs(found[i] - expected[i])).isLessThan((float) (0.25 * rate * steps));
      }
      assertThat(Math.sqrt(distance / way)).isLessThan(0.15);
      for (int i = 1000; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 512, 7, (1 << 22) + 300})
  void wholeTensorsAreMovedAndKeptWithTheSameBits(int length) {
    try (TensorScope scope = TensorScope.open();
        Owned owned = new Owned()) {
      Moments blocks = new EightBitMoments(length, owned);
      Moments tensors = new EightBitTensorMoments(Device.CPU, length, owned);
      Vector ofBlocks = Vector.of(length, 0);
      Vector ofTensors = Vector.of(length, 0);
      for (int step = 1; step <= (length > 5000 ? 2 : 40); step++) {
        Moments.Step numbers = Moments.Step.of(SHORT, 0.01, step);
        ofBlocks.gradients(step);
        ofTensors.gradients(step);
        blocks.step(ofBlocks.flat(), ofBlocks.flatGrad(), numbers);
        tensors.step(ofTensors.flat(), ofTensors.flatGrad(), numbers);
      }
      assertThat(Tensors.toFloats(ofTensors.flat())).isEqualTo(Tensors.toFloats(ofBlocks.flat()));
      for (int i = 0; i < 4; i++) {
        TensorToWrite expected = blocks.state().get(i);
        TensorToWrite found = tensors.state().get(i);
        assertThat(found.name()).isEqualTo(expected.name());
        assertThat(found.data().get().mismatch(expected.data().get())).isEqualTo(-1);
      }
    }
  }

  @Test
  void aGradientThatVanishesBesideLargeOnesDoesNotMakeALeap() {
    try (TensorScope scope = TensorScope.open()) {
      Vector vector = Vector.of(256, 0);
      float[] gradients = new float[256];
      gradients[0] = 1;
      gradients[1] = 1e-5f;
      float before = Tensors.toFloats(vector.flat())[1];
      try (AdamW adamW = new AdamW(vector, SHORT)) {
        vector.flatGrad().copy_(Tensors.floats(gradients));
        adamW.step(1e-3, 1);
        vector.flatGrad().zero_();
        for (int step = 0; step < 5; step++) {
          adamW.step(1e-3, 1);
        }
      }
      assertThat(Tensors.toFloats(vector.flat())[1]).isCloseTo(before, within(6.1e-3f));
    }
  }

  @Test
  void stateThatIsReadBackGoesOnWithTheSameBits() {
    try (TensorScope scope = TensorScope.open()) {
      Vector first = Vector.of(1000, 72);
      Vector second = Vector.of(1000, 72);
      try (AdamW adamW = new AdamW(first, SHORT);
          AdamW resumed = new AdamW(second, SHORT)) {
        for (int step = 0; step < 3; step++) {
          first.gradients(step);
          adamW.step(0.01, 1);
        }
        adamW.save(folder);
        second.flat().copy_(first.flat());
        resumed.load(folder);
        assertThat(resumed.steps()).isEqualTo(3);
        for (int step = 3; step < 6; step++) {
          first.gradients(step);
          second.gradients(step);
          adamW.step(0.01, 1);
          resumed.step(0.01, 1);
        }
        assertThat(Tensors.toFloats(second.flat())).isEqualTo(Tensors.toFloats(first.flat()));
      }
    }
  }

  @Test
  void stateOfAnotherKindIsRefused() {
    try (TensorScope scope = TensorScope.open()) {
      Vector vector = Vector.of(300, 10);
      try (AdamW exact = new AdamW(vector, EXACT);
          AdamW coarse = new AdamW(vector, SHORT)) {
        exact.save(folder);
        assertThatThrownBy(() -> coarse.load(folder))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining("optimizer.safetensors")
            .hasMessageContaining("exp_avg of 300 U8 values")
            .hasMessageContaining("\"optim\"");
      }
    }
  }
}
