package toolr0.torch.tensor;

import java.util.stream.Stream;
import toolr0.policy.Device;
import toolr0.policy.Device.Kind;
import toolr0.torch.system.Accelerators;
import toolr0.torch.system.NativeLibrary;

/** The devices of the machine that the tests run on. */
public final class PresentDevices {
  private PresentDevices() {}

  /** The CPU and whatever else there is. */
  public static Stream<Device> all() {
    return Stream.concat(Stream.of(Device.CPU), besideTheCpu());
  }

  /** Those that are not the CPU: none on most machines. */
  public static Stream<Device> besideTheCpu() {
    Accelerators gpus = NativeLibrary.require().gpus();
    return Stream.concat(
        gpus.cudaDevices().stream(),
        gpus.mps() ? Stream.of(new Device(Kind.MPS, 0)) : Stream.empty());
  }
}
