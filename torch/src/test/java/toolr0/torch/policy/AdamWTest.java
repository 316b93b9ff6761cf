package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Seed;
import toolr0.policy.OptimizerSpec;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.Tensors;

class AdamWTest {
  private static final OptimizerSpec SPEC =
      new OptimizerSpec(OptimizerSpec.Optim.ADAMW, 0.8, 0.95, 1e-6, 0.1);
  private static final double RATE = 0.01;
  private static final double SCALE = 0.5;

  @TempDir private Path folder;

  private static void gradients(Weights weights, int step) {
    SplittableRandom random = new SplittableRandom(step);
    float[] values = new float[(int) weights.flat().numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    weights.flatGrad().copy_(Tensors.floats(values));
  }

  @Test
  void stepsAreThoseOfTheDefinition() {
    try (Weights weights = Weights.random(TinyModel.CONFIG, new Seed(1));
        AdamW adamW = new AdamW(weights, SPEC)) {
      float[] start = Tensors.toFloats(weights.flat());
      double[] value = new double[start.length];
      double[] first = new double[start.length];
      double[] second = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        value[i] = start[i];
      }
      for (int step = 1; step <= 4; step++) {
        gradients(weights, step);
        float[] gradient = Tensors.toFloats(weights.flatGrad());
        adamW.step(RATE, SCALE);
        for (int i = 0; i < value.length; i++) {
          double g = SCALE * gradient[i];
          first[i] = 0.8 * first[i] + 0.2 * g;
          second[i] = 0.95 * second[i] + 0.05 * g * g;
          double mean = first[i] / (1 - Math.pow(0.8, step));
          double square = second[i] / (1 - Math.pow(0.95, step));
          double decay = i < weights.matrixLength() ? 0.1 : 0;
          value[i] -= RATE * (decay * value[i] + mean / (Math.sqrt(square) + 1e-6));
        }
      }
      float[] found = Tensors.toFloats(weights.flat());
      for (int i = 0; i < value.length; i++) {
        assertThat((double) found[i]).isCloseTo(value[i], within(1e-5));
      }
      assertThat(adamW.steps()).isEqualTo(4);
    }
  }

  @Test
  void stateThatIsReadBackGoesOnWithTheSameBits() {
    try (Weights weights = Weights.random(TinyModel.CONFIG, new Seed(1));
        AdamW adamW = new AdamW(weights, SPEC);
        AdamW resumed = new AdamW(weights, SPEC)) {
      for (int step = 1; step <= 3; step++) {
        gradients(weights, step);
        adamW.step(RATE, 1);
      }
      adamW.save(folder);
      float[] saved = Tensors.toFloats(weights.flat());
      gradients(weights, 4);
      adamW.step(RATE, 1);
      float[] uninterrupted = Tensors.toFloats(weights.flat());

      resumed.load(folder);
      assertThat(resumed.steps()).isEqualTo(3);
      weights.flat().copy_(Tensors.floats(saved));
      gradients(weights, 4);
      resumed.step(RATE, 1);
      assertThat(Tensors.toFloats(weights.flat())).isEqualTo(uninterrupted);
    }
  }

  @Test
  void stateThatIsCutOffIsNamed() throws IOException {
    try (Weights weights = Weights.random(TinyModel.CONFIG, new Seed(1));
        AdamW adamW = new AdamW(weights, SPEC)) {
      adamW.save(folder);
      Path file = folder.resolve("optimizer.safetensors");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));
      assertThatThrownBy(() -> adamW.load(folder))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
