package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.policy.MicroBatches.MicroBatch;
import toolr0.torch.tensor.TensorScope;

/**
 * A model several times over the same weights, each with gradients of its own, so that the passes
 * of a step run side by side: operations of a small model are too short to be divided among
 * threads. Which replica runs a pass, and the order in which gradients are summed, follow from the
 * number of threads alone.
 */
final class Replicas implements AutoCloseable {
  private static final int MOST = 8;

  /** A larger model has one: its operations are long enough, and gradients take memory. */
  private static final long MOST_PARAMETERS = 50_000_000;

  private final List<Transformer> models = new ArrayList<>();
  private final ExecutorService threads;

  /** Runs one pass on a replica; its gradients are added to the replica's. */
  interface Pass<T> {
    /** Runs the pass that has this index in the list. */
    T run(Transformer model, MicroBatch pass, int index);
  }

  /** Replicas of a trainable model, the model itself among them. */
  Replicas(Transformer model) {
    int available = torch.get_num_threads();
    int count = model.config().parameterCount() > MOST_PARAMETERS ? 1 : Math.min(MOST, available);
    models.add(model);
    while (models.size() < count) {
      models.add(model.replica());
    }
    threads =
        Executors.newFixedThreadPool(
            count,
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("toolr0-replica")
                    .unstarted(
                        () -> {
                          torch.set_num_threads(available / count);
                          task.run();
                        }));
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
    List<Future<List<T>>> running = new ArrayList<>();
    for (int r = 0; r < Math.min(models.size(), passes.size()); r++) {
      int replica = r;
      running.add(
          threads.submit(
              () -> {
                List<T> results = new ArrayList<>();
                for (int i = replica; i < passes.size(); i += models.size()) {
                  results.add(pass.run(models.get(replica), passes.get(i), i));
                }
                return results;
              }));
    }
    List<List<T>> byReplica = running.stream().map(Replicas::result).toList();
    for (int r = 1; r < byReplica.size(); r++) {
      moveGradients(models.get(r).weights());
    }
    List<T> results = new ArrayList<>();
    for (int i = 0; i < passes.size(); i++) {
      results.add(byReplica.get(i % models.size()).get(i / models.size()));
    }
    return results;
  }

  private void moveGradients(Weights from) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sum = models.getFirst().weights().flatGrad();
      sum.add_(from.flatGrad());
      from.flatGrad().zero_();
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during a training step", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    for (Transformer replica : models.subList(1, models.size())) {
      replica.close();
      replica.weights().close();
    }
  }
}
