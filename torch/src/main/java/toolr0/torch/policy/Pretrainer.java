package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PolicyException;
import toolr0.torch.model.Transformer;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Trains a model from scratch to answer: cross-entropy on the answers alone, AdamW, a linear
 * warm-up and a cosine decay.
 */
public final class Pretrainer {

  /**
   * One example.
   *
   * @param prompt ids that carry no loss
   * @param answer ids to be predicted, the end of the turn included
   * @param kind under which the loss is reported
   */
  public record Example(int[] prompt, int[] answer, String kind) {}

  /** The examples of a step: a pure function of it. */
  @FunctionalInterface
  public interface Examples {
    List<Example> of(int step);
  }

  /**
   * How to train.
   *
   * @param steps optimizer steps
   * @param learningRate at the end of the warm-up
   * @param warmupSteps steps of linear warm-up
   * @param finalLearningRateRatio of the last step's learning rate to {@code learningRate}
   * @param maxGradNorm gradients are scaled down to this norm
   */
  public record Recipe(
      int steps,
      double learningRate,
      int warmupSteps,
      double finalLearningRateRatio,
      double maxGradNorm,
      OptimizerSpec optimizer) {

    double learningRate(int step) {
      if (step < warmupSteps) {
        return learningRate * (step + 1) / warmupSteps;
      }
      double progress = (step - warmupSteps) / (double) Math.max(1, steps - warmupSteps);
      double cosine = 0.5 * (1 + Math.cos(Math.PI * progress));
      return learningRate * (finalLearningRateRatio + (1 - finalLearningRateRatio) * cosine);
    }
  }

  /**
   * What a step did.
   *
   * @param loss mean over the step's answer tokens, in nats
   * @param lossByKind the same per kind of example
   * @param tokens prompt and answer tokens read since the start
   */
  public record Progress(
      int step,
      double loss,
      Map<String, Double> lossByKind,
      double learningRate,
      double gradNorm,
      long tokens) {}

  private Pretrainer() {}

  /**
   * Runs all steps.
   *
   * @throws PolicyException when the loss or its gradient is no longer finite
   */
  public static void run(
      LoadedModel loaded, Recipe recipe, Examples examples, Consumer<Progress> listener) {
    Transformer model = loaded.model();
    try (AdamW optimizer = new AdamW(model.weights(), recipe.optimizer())) {
      long tokens = 0;
      for (int step = 0; step < recipe.steps(); step++) {
        List<Example> batch = examples.of(step);
        optimizer.zeroGrad();
        Losses losses = new Losses(batch);
        for (MicroBatches.MicroBatch pass :
            MicroBatches.plan(parts(batch), recipe.optimizer().tokensPerMicroBatch())) {
          accumulate(model, batch, pass, losses);
          tokens += pass.packed().rows();
        }
        double gradNorm = optimizer.gradNorm();
        double loss = losses.mean();
        if (!Double.isFinite(loss) || !Double.isFinite(gradNorm)) {
          throw new PolicyException(
              "loss %s and grad_norm %s in pre-training step %d: lower the learning rate."
                  .formatted(loss, gradNorm, step + 1));
        }
        double learningRate = recipe.learningRate(step);
        optimizer.step(learningRate, Math.min(1, recipe.maxGradNorm() / (gradNorm + 1e-6)));
        listener.accept(
            new Progress(step + 1, loss, losses.byKind(), learningRate, gradNorm, tokens));
      }
    }
  }

  private static List<MicroBatches.Part> parts(List<Example> batch) {
    List<MicroBatches.Part> parts = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Example example = batch.get(i);
      parts.add(new MicroBatches.Part(i, example.prompt(), List.of(0), List.of(example.answer())));
    }
    return parts;
  }

  private static void accumulate(
      Transformer model, List<Example> batch, MicroBatches.MicroBatch pass, Losses losses) {
    try (TensorScope scope = TensorScope.open()) {
      float weight = 1f / losses.targets;
      float[] logProbsM = new float[pass.packed().targetIdsM().length];
      LmHead.accumulate(
          model,
          pass.packed(),
          1,
          (logProbs, entropy, from) -> {
            float[] values = Tensors.toFloats(logProbs.detach());
            System.arraycopy(values, 0, logProbsM, from, values.length);
            return logProbs.sum().mul(Tensors.scalar(-weight));
          });
      int at = 0;
      for (MicroBatches.Member member : pass.members()) {
        Example example = batch.get(member.group());
        for (int t = 0; t < example.answer().length; t++) {
          losses.add(example.kind(), -logProbsM[at++]);
        }
      }
    }
  }

  /** Sums of a step's token losses. */
  private static final class Losses {
    final int targets;
    private final Map<String, double[]> sumAndCount = new TreeMap<>();

    Losses(List<Example> batch) {
      targets = batch.stream().mapToInt(e -> e.answer().length).sum();
    }

    void add(String kind, double loss) {
      double[] entry = sumAndCount.computeIfAbsent(kind, k -> new double[2]);
      entry[0] += loss;
      entry[1]++;
    }

    double mean() {
      return sumAndCount.values().stream().mapToDouble(e -> e[0]).sum() / targets;
    }

    Map<String, Double> byKind() {
      Map<String, Double> means = new TreeMap<>();
      sumAndCount.forEach((kind, entry) -> means.put(kind, entry[0] / entry[1]));
      return means;
    }
  }
}
