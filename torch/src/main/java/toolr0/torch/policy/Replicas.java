package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import toolr0.torch.model.Trainable;
import toolr0.torch.model.Transformer;
import toolr0.torch.policy.MicroBatches.MicroBatch;
import toolr0.torch.system.SideBySide;
import toolr0.torch.tensor.TensorScope;

/**
 * A model once for every worker, over the same weights, each with gradients of its own, so that the
 * passes of a step run side by side. Which replica runs a pass, and the order in which gradients
 * are summed, follow from the number of workers alone.
 */
final class Replicas implements AutoCloseable {
  private final List<Transformer> models = new ArrayList<>();
  private final SideBySide sideBySide;

  /** A forward and backward pass. */
  interface Pass<T> {
    /** Runs the pass that has this index; its gradients are added to the model's. */
    T run(Transformer model, MicroBatch pass, int index);
  }

  /** Replicas of a trainable model, the model itself among them. */
  Replicas(Transformer model) {
    sideBySide = SideBySide.forModel(model.config().parameterCount(), model.device());
    models.add(model);
    while (models.size() < sideBySide.workers()) {
      models.add(model.replica());
    }
  }

  /**
   * Divides completions into passes of at most {@code tokenBudget} rows and about equal size, as
   * many as there are replicas or a multiple of that.
   */
  List<MicroBatch> plan(List<MicroBatches.Part> parts, int tokenBudget) {
    List<MicroBatch> fewest = MicroBatches.plan(parts, tokenBudget);
    int passes = Math.ceilDiv(fewest.size(), models.size()) * models.size();
    long rows = fewest.stream().mapToLong(p -> p.packed().rows()).sum();
    for (double budget = rows / (double) passes; budget < tokenBudget; budget *= 1.04) {
      List<MicroBatch> even = MicroBatches.plan(parts, (int) Math.ceil(budget));
      if (even.size() <= passes) {
        return even;
      }
    }
    return fewest;
  }

  /** Runs all passes; the model's own gradients then hold the sum. Results in order. */
  <T> List<T> run(List<MicroBatch> passes, Pass<T> pass) {
    List<T> results =
        sideBySide.run(
            passes.size(), (worker, i) -> pass.run(models.get(worker), passes.get(i), i));
    Trainable sum = models.getFirst().trainable();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (Transformer replica : models.subList(1, models.size())) {
        sum.flatGrad().add_(replica.trainable().flatGrad());
        replica.trainable().flatGrad().zero_();
      }
    }
    return results;
  }

  @Override
  public void close() {
    for (Transformer replica : models.subList(1, models.size())) {
      replica.trainable().close();
    }
  }
}
