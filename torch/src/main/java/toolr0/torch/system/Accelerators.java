package toolr0.torch.system;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import toolr0.policy.Device;

/**
 * The devices beside the CPU.
 *
 * @param cuda NVIDIA's
 * @param mps whether the GPU of an Apple processor is usable
 */
public record Accelerators(Cuda cuda, boolean mps) {

  /** The NVIDIA GPUs that can be used. */
  public List<Device> cudaDevices() {
    int found = cuda instanceof Cuda.Loaded(var gpus) ? gpus.size() : 0;
    return IntStream.range(0, found)
        .filter(index -> cudaProblem(index).isEmpty())
        .mapToObj(index -> new Device(Device.Kind.CUDA, index))
        .toList();
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
      case Cuda.Loaded(var gpus) when gpus.isEmpty() ->
          Optional.of(
              "libtorch finds no NVIDIA GPU: install NVIDIA's driver 580 or newer, and see that"
                  + " nvidia-smi lists the GPU; in a container, give it the GPUs");
      case Cuda.Loaded(var gpus) when index >= gpus.size() ->
          Optional.of(
              "there %s: the last one is cuda:%d"
                  .formatted(
                      gpus.size() == 1
                          ? "is 1 CUDA device"
                          : "are " + gpus.size() + " CUDA devices",
                      gpus.size() - 1));
      case Cuda.Loaded(var gpus) when !gpus.get(index).multipliesBf16() ->
          Optional.of(
              "the compute capability of that GPU is %s, and layers are computed in bf16, which takes %s (Ampere) or newer: take another GPU, or device cpu"
                  .formatted(gpus.get(index), ComputeCapability.AMPERE));
      case Cuda.Loaded(var _) -> Optional.empty();
    };
  }
}
