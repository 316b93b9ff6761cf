package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * A forward pass through the layers whose gradients are asked for once. The model's own gradients
 * receive them. Everything is made in the caller's scope.
 */
public sealed interface TrainingPass {

  /** The outputs after the final norm, [N, D], without gradients. */
  Tensor hidden();

  /**
   * Goes back through the layers.
   *
   * @param rowsM rows of {@link #hidden} that the loss depends on
   * @param gradientMD of the loss with respect to these
   */
  void backward(long[] rowsM, Tensor gradientMD);

  /**
   * Reads a batch.
   *
   * @param checkpointing whether layers keep only their inputs and are computed again in the
   *     backward pass
   */
  static TrainingPass of(Transformer model, PackedBatch batch, boolean checkpointing) {
    return checkpointing ? Checkpointed.of(model, batch) : Recorded.of(model, batch);
  }

  private static void backward(Tensor output, Tensor gradient) {
    output.backward(
        gradient.to(Tensors.type(output)), new BoolOptional(), false, new TensorArrayRefOptional());
  }

  private static Tensor embed(Transformer model, PackedBatch batch) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      return model.embed(batch);
    }
  }

  /** A leaf's gradient as a tensor that outlives the leaf, which {@code grad} is a part of. */
  private static Tensor gradient(Tensor leaf) {
    return leaf.grad().detach();
  }

  private static Tensor leaf(Tensor values) {
    return values.detach().requires_grad_(true);
  }

  /** Layers keep what their gradients need. */
  record Recorded(Transformer model, PackedBatch batch, Tensor embedded, Tensor output)
      implements TrainingPass {

    static Recorded of(Transformer model, PackedBatch batch) {
      Tensor embedded =
          TrainingPass.embed(model, batch).detach().requires_grad_(model.trainsEmbedding());
      Tensor output = model.forward(embedded, model.shared(batch), Transformer.NOWHERE);
      return new Recorded(model, batch, embedded, output);
    }

    @Override
    public Tensor hidden() {
      return output.detach();
    }

    @Override
    public void backward(long[] rowsM, Tensor gradientMD) {
      TrainingPass.backward(
          output.index_select(0, Tensors.longs(model.device(), rowsM)), gradientMD);
      if (model.trainsEmbedding()) {
        model.backwardEmbedding(batch, gradient(embedded));
      }
    }
  }

  /**
   * Layers keep their inputs alone (Chen and others, arXiv 1604.06174). The same operations run
   * again on the same values, so the gradients have the same bits.
   *
   * @param inputs of every layer, and the last one's output
   */
  record Checkpointed(
      Transformer model,
      PackedBatch batch,
      Transformer.Shared shared,
      List<Tensor> inputs,
      Tensor hidden)
      implements TrainingPass {

    static Checkpointed of(Transformer model, PackedBatch batch) {
      try (NoGradGuard noGrad = new NoGradGuard()) {
        Transformer.Shared shared = model.shared(batch);
        List<Tensor> inputs = new ArrayList<>();
        inputs.add(TrainingPass.embed(model, batch));
        for (int i = 0; i < model.config().numHiddenLayers(); i++) {
          inputs.add(model.layer(i, inputs.getLast(), shared, Transformer.NOWHERE));
        }
        return new Checkpointed(model, batch, shared, inputs, model.finalNorm(inputs.getLast()));
      }
    }

    @Override
    public void backward(long[] rowsM, Tensor gradientMD) {
      Tensor gradient = throughNorm(rowsM, gradientMD);
      for (int i = model.config().numHiddenLayers() - 1; i >= 0; i--) {
        Tensor ofOutput = gradient;
        gradient = throughLayer(i, ofOutput);
        ofOutput.close();
      }
      if (model.trainsEmbedding()) {
        model.backwardEmbedding(batch, gradient);
      }
    }

    private Tensor throughNorm(long[] rowsM, Tensor gradientMD) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor input = leaf(inputs.getLast());
        Tensor rows = model.finalNorm(input).index_select(0, Tensors.longs(model.device(), rowsM));
        TrainingPass.backward(rows, gradientMD);
        return scope.handOut(gradient(input));
      }
    }

    private Tensor throughLayer(int index, Tensor gradient) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor input = leaf(inputs.get(index));
        Tensor output = model.layer(index, input, shared, Transformer.NOWHERE);
        TrainingPass.backward(output, gradient);
        return scope.handOut(gradient(input));
      }
    }
  }
}
