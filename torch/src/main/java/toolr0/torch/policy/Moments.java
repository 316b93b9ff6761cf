package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import toolr0.policy.OptimizerSpec;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.tensor.Tensors;

/** AdamW's running means of a stretch of the parameters' gradients and of their squares. */
sealed interface Moments permits Fp32Moments, EightBitMoments, EightBitTensorMoments {

  /**
   * The numbers of one step.
   *
   * @param number of the step, from 1
   * @param size the learning rate over the first moment's correction for its start at 0
   * @param rootCorrection the root of the second moment's
   */
  record Step(OptimizerSpec spec, long number, double size, double rootCorrection) {

    static Step of(OptimizerSpec spec, double learningRate, long step) {
      return new Step(
          spec,
          step,
          learningRate / (1 - Math.pow(spec.adamBeta1(), (double) step)),
          Math.sqrt(1 - Math.pow(spec.adamBeta2(), (double) step)));
    }
  }

  /**
   * Takes gradients in and moves the values by them; nothing of the values' size is made on the
   * way.
   *
   * @param values the stretch of the parameters
   * @param gradients of these
   */
  void step(Tensor values, Tensor gradients, Step step);

  /** What the next session needs to go on with the same bits. */
  List<TensorToWrite> state();

  /** Takes over a state from a file. */
  void restore(Safetensors file, Path path);

  /** A tensor as it stands, on its way into a file. */
  static TensorToWrite toWrite(String name, DType type, Tensor tensor) {
    return TensorToWrite.of(name, type, List.of(tensor.numel()), Tensors.memory(tensor.cpu()));
  }

  /** Copies a tensor of a file over one of the same type and length. */
  static void restore(Safetensors file, Path path, String name, DType type, Tensor into) {
    TensorInfo found =
        file.tensor(name)
            .filter(t -> t.dtype() == type && t.elements() == into.numel())
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: tensor %s of %d %s values is missing; the optimizer state is of another model or another \"optim\": resume with the settings that it was written with"
                            .formatted(path, name, into.numel(), type)));
    into.copy_(Tensors.view(found.data(), Tensors.type(into), into.numel()));
  }
}
