package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.PolicyException;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.policy.MicroBatches.MicroBatch;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Trains a model from scratch to answer: cross-entropy on the answers alone, each of which counts
 * as the square root of its length; {@link Muon} and {@link AdamW} with a linear warm-up and a
 * cosine decay.
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
   * @param matrixLearningRateRatio of the layers' matrices, which Muon moves, to the rest, which
   *     AdamW does
   * @param warmupSteps steps of linear warm-up
   * @param finalLearningRateRatio of the last step's learning rate to {@code learningRate}
   * @param maxGradNorm gradients are scaled down to this norm
   */
  public record Recipe(
      int steps,
      double learningRate,
      double matrixLearningRateRatio,
      int warmupSteps,
      double finalLearningRateRatio,
      double maxGradNorm,
      OptimizerSpec optimizer,
      PassSpec passes) {

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
   * @param loss weighted mean over the step's answer tokens, in nats
   * @param lossByKind mean over the answer tokens of each kind of example, in nats
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
   * @param stopRequested asked before each step
   * @return false when it stopped because it was asked to
   * @throws PolicyException when the loss or its gradient is no longer finite
   */
  public static boolean run(
      LoadedModel loaded,
      Recipe recipe,
      Examples examples,
      Consumer<Progress> listener,
      BooleanSupplier stopRequested) {
    Weights weights = loaded.model().weights();
    try (AdamW adamW = new AdamW(weights, recipe.optimizer());
        Muon muon = new Muon(weights);
        Replicas replicas = new Replicas(loaded.model())) {
      long tokens = 0;
      for (int step = 0; step < recipe.steps(); step++) {
        if (stopRequested.getAsBoolean()) {
          return false;
        }
        List<Example> batch = examples.of(step);
        adamW.zeroGrad();
        List<MicroBatch> passes =
            replicas.plan(parts(batch), recipe.passes().tokensPerMicroBatch());
        List<float[]> logProbs =
            replicas.run(
                passes, (model, pass, i) -> accumulate(model, recipe.passes(), batch, pass));
        Losses losses = new Losses(batch);
        for (int i = 0; i < passes.size(); i++) {
          losses.add(passes.get(i), logProbs.get(i));
          tokens += passes.get(i).packed().rows();
        }
        double gradNorm = adamW.gradNorm();
        double loss = losses.mean();
        if (!Double.isFinite(loss) || !Double.isFinite(gradNorm)) {
          throw new PolicyException(
              "loss %s and grad_norm %s in pre-training step %d: lower the learning rate."
                  .formatted(loss, gradNorm, step + 1));
        }
        double learningRate = recipe.learningRate(step);
        muon.step(learningRate * recipe.matrixLearningRateRatio());
        adamW.step(learningRate, Math.min(1, recipe.maxGradNorm() / (gradNorm + 1e-6)));
        listener.accept(
            new Progress(step + 1, loss, losses.byKind(), learningRate, gradNorm, tokens));
      }
    }
    return true;
  }

  private static List<MicroBatches.Part> parts(List<Example> batch) {
    List<MicroBatches.Part> parts = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Example example = batch.get(i);
      parts.add(new MicroBatches.Part(i, example.prompt(), List.of(0), List.of(example.answer())));
    }
    return parts;
  }

  /** Adds a pass's gradients; log-probability of each of its targets. */
  private static float[] accumulate(
      Transformer model, PassSpec passes, List<Example> batch, MicroBatch pass) {
    try (TensorScope scope = TensorScope.open()) {
      float[] logProbsM = new float[pass.packed().targetIdsM().length];
      Tensor weightsM = Tensors.floats(model.device(), answerWeights(batch, pass));
      LmHead.accumulate(
          model,
          pass.packed(),
          1,
          passes,
          (logProbs, entropy, from) -> {
            float[] values = Tensors.toFloats(logProbs.detach());
            System.arraycopy(values, 0, logProbsM, from, values.length);
            return logProbs.mul(weightsM.narrow(0, from, values.length)).sum().neg();
          });
      return logProbsM;
    }
  }

  /** The weight of each target, so that an answer counts as the square root of its length. */
  private static float[] answerWeights(List<Example> batch, MicroBatch pass) {
    double all = batch.stream().mapToDouble(Pretrainer::answerWeight).sum();
    float[] weightsM = new float[pass.packed().targetIdsM().length];
    int at = 0;
    for (MicroBatches.Member member : pass.members()) {
      Example example = batch.get(member.group());
      int length = example.answer().length;
      Arrays.fill(weightsM, at, at + length, (float) (answerWeight(example) / length / all));
      at += length;
    }
    return weightsM;
  }

  private static double answerWeight(Example example) {
    return Math.sqrt(example.answer().length);
  }

  /** Sums of a step's token losses. */
  private static final class Losses {
    private final List<Example> batch;
    private final Map<String, double[]> sumAndCount = new TreeMap<>();
    private double weightedSum;
    private double weights;

    Losses(List<Example> batch) {
      this.batch = batch;
    }

    void add(MicroBatch pass, float[] logProbsM) {
      int at = 0;
      for (MicroBatches.Member member : pass.members()) {
        Example example = batch.get(member.group());
        double loss = 0;
        for (int t = 0; t < example.answer().length; t++) {
          loss -= logProbsM[at++];
        }
        weightedSum += answerWeight(example) * loss / example.answer().length;
        weights += answerWeight(example);
        double[] entry = sumAndCount.computeIfAbsent(example.kind(), k -> new double[2]);
        entry[0] += loss;
        entry[1] += example.answer().length;
      }
    }

    double mean() {
      return weightedSum / weights;
    }

    Map<String, Double> byKind() {
      Map<String, Double> means = new TreeMap<>();
      sumAndCount.forEach((kind, entry) -> means.put(kind, entry[0] / entry[1]));
      return means;
    }
  }
}
