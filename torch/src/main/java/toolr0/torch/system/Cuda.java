package toolr0.torch.system;

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
   * @param devices number of usable GPUs
   */
  record Loaded(int devices) implements Cuda {}
}
