package toolr0.torch.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.policy.Device;
import toolr0.torch.system.Fact.Status;

class SystemTest {

  private static final ComputeCapability TURING = new ComputeCapability(7, 5);
  private static final ComputeCapability AMPERE = new ComputeCapability(8, 0);
  private static final ComputeCapability HOPPER = new ComputeCapability(9, 0);

  @TempDir Path folder;

  private static Cuda found(ComputeCapability... gpus) {
    return new Cuda.Loaded(List.of(gpus));
  }

  @Test
  void theLibraryLoadsAndSaysWhatItIs() {
    NativeLibrary.Loaded library = NativeLibrary.require();
    assertThat(library.version()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(library.cpuCapability()).isNotBlank();
    assertThat(library.gpus().cudaDevices()).allMatch(gpu -> library.gpus().problem(gpu).isEmpty());
    assertThat(NativeLibrary.load()).isSameAs(library);
  }

  @Test
  void theNumberOfThreadsIsSet() {
    NativeLibrary.Loaded library = NativeLibrary.require();
    int before = library.threads();
    library.setThreads(1);
    assertThat(library.threads()).isEqualTo(1);
    library.setThreads(before);
    assertThat(library.threads()).isEqualTo(before);
    assertThatThrownBy(() -> library.setThreads(0)).hasMessageContaining("threads is 0");
  }

  @Test
  void aDeviceThatCannotBeUsedIsNamedWithItsRemedy() {
    Accelerators none = new Accelerators(new Cuda.Absent(), false);
    Accelerators noDriver = new Accelerators(found(), false);
    Accelerators incomplete =
        new Accelerators(new Cuda.Broken("libcublas.so.13: cannot open shared object file"), false);
    Accelerators two = new Accelerators(found(HOPPER, AMPERE), false);
    assertThat(problem(none, "cuda"))
        .contains("device is cuda:0, but the native libraries are those for the CPU alone")
        .contains("TOOLR0_CUDA=1", "-Pcuda");
    assertThat(problem(noDriver, "cuda:1"))
        .contains("device is cuda:1, but libtorch finds no NVIDIA GPU", "driver 580", "nvidia-smi");
    assertThat(problem(incomplete, "cuda"))
        .contains("device is cuda:0, but", "libcublas.so.13", "LD_LIBRARY_PATH", "docs/devices.md");
    assertThat(problem(two, "cuda:3"))
        .isEqualTo("device is cuda:3, but there are 2 CUDA devices: the last one is cuda:1");
    assertThat(problem(new Accelerators(found(AMPERE), false), "cuda:1"))
        .isEqualTo("device is cuda:1, but there is 1 CUDA device: the last one is cuda:0");
    assertThat(problem(two, "mps")).contains("device is mps, but there is no GPU");
    assertThat(two.problem(Device.parse("cuda:1"))).isEmpty();
    assertThat(new Accelerators(new Cuda.Absent(), true).problem(Device.parse("mps"))).isEmpty();
    assertThat(none.problem(Device.CPU)).isEmpty();
  }

  @Test
  void aGpuThatDoesNotMultiplyBf16IsRefusedAndTheOthersAreNot() {
    Accelerators mixed = new Accelerators(found(HOPPER, TURING, AMPERE), false);
    assertThat(problem(mixed, "cuda:1"))
        .isEqualTo(
            "device is cuda:1, but the compute capability of that GPU is 7.5, and layers are"
                + " computed in bf16, which takes 8.0 (Ampere) or newer: take another GPU, or"
                + " device cpu");
    assertThat(mixed.cudaDevices()).containsExactly(Device.parse("cuda:0"), Device.parse("cuda:2"));
    assertThat(mixed.problem(Device.parse("cuda:2"))).isEmpty();
    List<Gpu> gpus = List.of(new Gpu("Tesla T4", "15360", "580.1"));
    Fact old = Doctor.device(new Accelerators(found(TURING), false), gpus);
    assertThat(old.status()).isEqualTo(Status.WARN);
    assertThat(old.value()).isEqualTo("CPU; not used: Tesla T4, 15360 MiB, driver 580.1");
    assertThat(old.remedy().orElseThrow())
        .startsWith("for device cuda: the compute capability of that GPU is 7.5");
  }

  private static String problem(Accelerators found, String device) {
    return found.problem(Device.parse(device)).orElseThrow();
  }

  @Test
  void theDoctorTellsGpusThatAreUsedFromThoseThatAreNot() {
    List<Gpu> gpus =
        Gpu.parse(
            """
            NVIDIA H200, 143771, 580.159.03
            NVIDIA H200, 143771, 580.159.03
            """);
    assertThat(gpus).hasSize(2).contains(new Gpu("NVIDIA H200", "143771", "580.159.03"));
    assertThat(Gpu.parse("No devices were found\n")).isEmpty();
    Fact used = Doctor.device(new Accelerators(found(HOPPER, AMPERE), false), gpus);
    assertThat(used.status()).isEqualTo(Status.OK);
    assertThat(used.value())
        .contains("CPU, cuda:0, cuda:1", "NVIDIA H200, 143771 MiB, driver 580.159.03");
    Fact unused = Doctor.device(new Accelerators(new Cuda.Absent(), false), gpus);
    assertThat(unused.status()).isEqualTo(Status.WARN);
    assertThat(unused.value()).contains("not used: NVIDIA H200");
    assertThat(unused.remedy().orElseThrow()).contains("TOOLR0_CUDA=1");
    Fact without = Doctor.device(new Accelerators(found(), false), List.of());
    assertThat(without.status()).isEqualTo(Status.WARN);
    assertThat(without.remedy().orElseThrow()).contains("driver 580");
    assertThat(Doctor.device(new Accelerators(new Cuda.Absent(), false), List.of()))
        .isEqualTo(Fact.ok("device", "CPU"));
    assertThat(Doctor.device(new Accelerators(new Cuda.Absent(), true), List.of()))
        .isEqualTo(Fact.ok("device", "CPU, mps"));
  }

  @Test
  void bf16IsFastOnlyWhereTheProcessorMultipliesIt() {
    assertThat(processor("fpu sse2 avx2 avx512f avx512_bf16").fastBf16()).isTrue();
    assertThat(processor("fpu amx_bf16 amx_tile").fastBf16()).isTrue();
    assertThat(processor("fpu amx_bf16 amx_tile").hasMatrixInstructions()).isTrue();
    assertThat(processor("fpu avx512f avx512_bf16").hasMatrixInstructions()).isFalse();
    assertThat(processor("fpu sse2 avx2 avx512f").fastBf16()).isFalse();
    assertThat(Processor.parseCpuinfo(List.of("Features\t: fp asimd bf16"), 4).fastBf16()).isTrue();
    assertThat(Processor.parseCpuinfo(List.of(), 4).fastBf16()).isFalse();
  }

  private static Processor processor(String flags) {
    Processor processor =
        Processor.parseCpuinfo(
            List.of("processor\t: 0", "model name\t: AMD EPYC: x", "flags\t\t: " + flags, ""), 2);
    assertThat(processor.name()).isEqualTo("AMD EPYC: x");
    assertThat(processor.cores()).isEqualTo(2);
    return processor;
  }

  @Test
  void freeMemoryIsWhatTheMachineHasAndTheContainerAllows() {
    assertThat(readings(2, OptionalLong.of(20), 24, OptionalLong.of(3)).bytes()).isEqualTo(20);
    assertThat(readings(2, OptionalLong.of(20), 8, OptionalLong.of(3)).bytes()).isEqualTo(5);
    assertThat(readings(2, OptionalLong.of(20), 8, OptionalLong.of(9)).bytes()).isZero();
    assertThat(readings(2, OptionalLong.empty(), 8, OptionalLong.of(3)).bytes()).isEqualTo(2);
    assertThat(readings(2, OptionalLong.empty(), 8, OptionalLong.empty()).bytes()).isEqualTo(2);
    assertThat(readings(2, OptionalLong.of(20), 24, OptionalLong.of(9), 7).bytes()).isEqualTo(13);
    assertThat(FreeMemory.bytes()).isPositive();
  }

  private static FreeMemory.Readings readings(
      long free, OptionalLong available, long limit, OptionalLong resident) {
    return readings(free, available, limit, resident, 0);
  }

  private static FreeMemory.Readings readings(
      long free, OptionalLong available, long limit, OptionalLong resident, long ofFiles) {
    return new FreeMemory.Readings(free, available, limit, resident, OptionalLong.of(ofFiles));
  }

  @Test
  void theDoctorLooksAtEverything() {
    List<Fact> facts = Doctor.examine(folder.resolve("not/there/yet"));
    assertThat(facts)
        .extracting(Fact::name)
        .containsExactly(
            "JDK",
            "native library",
            "BLAS",
            "processor",
            "bf16",
            "device",
            "cores",
            "memory",
            "disk");
    assertThat(facts).allMatch(fact -> fact.remedy().isPresent() == (fact.status() != Status.OK));
  }

  @Test
  void whatIsMissingComesWithARemedy() {
    assertThat(Doctor.jdk(21, "21.0.1"))
        .isEqualTo(Fact.fail("JDK", "21.0.1", "install a JDK 25 and set JAVA_HOME to it"));
    assertThat(Doctor.memory(1L << 30).status()).isEqualTo(Status.FAIL);
    assertThat(Doctor.memory(3L << 30).status()).isEqualTo(Status.WARN);
    assertThat(Doctor.memory(24L << 30).status()).isEqualTo(Status.OK);
    assertThat(Doctor.disk(folder, Optional.of(1L << 20)).status()).isEqualTo(Status.FAIL);
    assertThat(Doctor.disk(folder, Optional.of(1L << 30)).status()).isEqualTo(Status.WARN);
    assertThat(Doctor.disk(folder, Optional.of(1L << 40)).status()).isEqualTo(Status.OK);
    assertThat(Doctor.disk(folder, Optional.empty()).status()).isEqualTo(Status.WARN);
    assertThat(Doctor.cores(1).status()).isEqualTo(Status.WARN);
    List<Fact> library =
        Doctor.library(new NativeLibrary.Failed("no such file", "unpack it"), List.of());
    assertThat(library).containsExactly(Fact.fail("native library", "no such file", "unpack it"));
  }
}
