package toolr0.torch.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.torch.system.Fact.Status;

class SystemTest {

  @TempDir Path folder;

  @Test
  void theLibraryLoadsAndSaysWhatItIs() {
    NativeLibrary.Loaded library = NativeLibrary.require();
    assertThat(library.version()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(library.cpuCapability()).isNotBlank();
    assertThat(library.cudaDevices()).isNotNegative();
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
  void bf16IsFastOnlyWhereTheProcessorMultipliesIt() {
    assertThat(processor("fpu sse2 avx2 avx512f avx512_bf16").fastBf16()).isTrue();
    assertThat(processor("fpu amx_bf16 amx_tile").fastBf16()).isTrue();
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
    assertThat(FreeMemory.bytes()).isPositive();
  }

  private static FreeMemory.Readings readings(
      long free, OptionalLong available, long limit, OptionalLong resident) {
    return new FreeMemory.Readings(free, available, limit, resident);
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
    List<Fact> library = Doctor.library(new NativeLibrary.Failed("no such file", "unpack it"));
    assertThat(library).containsExactly(Fact.fail("native library", "no such file", "unpack it"));
  }
}
