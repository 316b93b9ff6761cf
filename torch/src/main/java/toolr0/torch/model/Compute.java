package toolr0.torch.model;

import toolr0.policy.Device;

/** Where a model's tensors lie, and in which types its layers compute. */
public record Compute(Device device, Precision precision) {

  public static Compute onCpu(Precision precision) {
    return new Compute(Device.CPU, precision);
  }
}
