package toolr0.torch.model;

import org.bytedeco.pytorch.Tensor;
import toolr0.policy.Device;

/** Parameters in one flat fp32 vector beside their gradients: what an optimizer moves. */
public interface Trainable extends AutoCloseable {

  /** Where they lie. */
  Device device();

  /** The parameters as one vector. */
  Tensor flat();

  /** Their gradients, same layout. */
  Tensor flatGrad();

  /** Number of leading values that belong to matrices, which weight decay applies to. */
  long matrixLength();

  @Override
  void close();
}
