package toolr0.torch.system;

import java.util.Optional;
import toolr0.policy.Device;

/**
 * The devices beside the CPU.
 *
 * @param cuda NVIDIA's
 * @param mps whether the GPU of an Apple processor is usable
 */
public record Accelerators(Cuda cuda, boolean mps) {

  /** Number of usable NVIDIA GPUs. */
  public int cudaDevices() {
    return cuda instanceof Cuda.Loaded(int devices) ? devices : 0;
  }

  /** Why a device cannot be used, and the remedy; empty when it can. */
  public Optional<String> problem(Device device) {
    Optional<String> reason =
        switch (device.kind()) {
          case CPU -> Optional.empty();
          case CUDA -> cudaProblem(device.index());
          case MPS ->
              mps
                  ? Optional.empty()
                  : Optional.of("there is no GPU of an Apple processor: take device cpu");
        };
    return reason.map(text -> "device is " + device + ", but " + text);
  }

  /** Why the NVIDIA GPU of this index cannot be used, and the remedy; empty when it can. */
  Optional<String> cudaProblem(int index) {
    return switch (cuda) {
      case Cuda.Absent() ->
          Optional.of(
              "the native libraries are those for the CPU alone: start with the environment variable"
                  + " TOOLR0_CUDA=1, which fetches those for NVIDIA GPUs (Linux x86_64; with Maven"
                  + " alone: -Pcuda)");
      case Cuda.Broken(String reason) ->
          Optional.of(
              "the libraries for NVIDIA GPUs do not load (%s): put CUDA 13's, cuDNN 9's and NCCL 2's folders on LD_LIBRARY_PATH, see docs/devices.md"
                  .formatted(reason));
      case Cuda.Loaded(int devices) when devices == 0 ->
          Optional.of(
              "libtorch finds no NVIDIA GPU: install NVIDIA's driver 580 or newer, and see that"
                  + " nvidia-smi lists the GPU; in a container, give it the GPUs");
      case Cuda.Loaded(int devices) when index >= devices ->
          Optional.of(
              "there %s: the last one is cuda:%d"
                  .formatted(
                      devices == 1 ? "is 1 CUDA device" : "are " + devices + " CUDA devices",
                      devices - 1));
      case Cuda.Loaded(int _) -> Optional.empty();
    };
  }
}
