package toolr0.torch.system;

import java.util.List;

/** What there is of the native library for NVIDIA GPUs. */
public sealed interface Cuda {

  /** The library is the one for the CPU alone. */
  record Absent() implements Cuda {}

  /**
   * The library was built for NVIDIA GPUs, but something that it needs is missing.
   *
   * @param reason names what
   */
  record Broken(String reason) implements Cuda {}

  /**
   * The library works.
   *
   * @param gpus what each GPU that it finds can do, by index
   */
  record Loaded(List<ComputeCapability> gpus) implements Cuda {
    public Loaded {
      gpus = List.copyOf(gpus);
    }
  }
}
