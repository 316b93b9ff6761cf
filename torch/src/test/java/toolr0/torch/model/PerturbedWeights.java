package toolr0.torch.model;

import java.util.SplittableRandom;
import org.bytedeco.pytorch.NoGradGuard;
import toolr0.base.Seed;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** Random weights in which no two values of a norm or a bias are equal. */
public final class PerturbedWeights {
  private static final double DEVIATION = 0.15;

  private PerturbedWeights() {}

  /** Trainable weights; the same for the same configuration and seed. */
  public static Weights of(ModelConfig config, int seed) {
    Weights weights = Weights.random(config, new Seed(seed));
    SplittableRandom random = new SplittableRandom(seed);
    float[] noise = new float[Math.toIntExact(weights.flat().numel())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (DEVIATION * random.nextGaussian());
    }
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      weights.flat().add_(Tensors.floats(noise));
    }
    return weights;
  }
}
