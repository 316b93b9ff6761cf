package toolr0.torch.system;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import toolr0.policy.Device;
import toolr0.torch.system.NativeLibrary.Blas;

/** Looks at what a run needs from the machine. */
public final class Doctor {

  private static final int JDK = 25;
  private static final long GIB = 1L << 30;
  private static final long MIN_MEMORY = 2 * GIB;
  private static final long GOOD_MEMORY = 4 * GIB;
  private static final long MIN_DISK = GIB / 2;
  private static final long GOOD_DISK = 2 * GIB;

  private Doctor() {}

  /**
   * All facts, in the order in which they matter.
   *
   * @param workFolder where runs are written; its disk is looked at, it need not exist yet
   */
  public static List<Fact> examine(Path workFolder) {
    List<Fact> facts = new ArrayList<>();
    facts.add(jdk(Runtime.version().feature(), Runtime.version().toString()));
    facts.addAll(library(NativeLibrary.load(), Gpu.all()));
    facts.add(cores(Runtime.getRuntime().availableProcessors()));
    facts.add(memory(memoryBytes()));
    facts.add(disk(workFolder, usableBytes(workFolder)));
    return List.copyOf(facts);
  }

  static Fact jdk(int feature, String version) {
    return feature >= JDK
        ? Fact.ok("JDK", version)
        : Fact.fail("JDK", version, "install a JDK " + JDK + " and set JAVA_HOME to it");
  }

  static List<Fact> library(NativeLibrary library, List<Gpu> gpus) {
    return switch (library) {
      case NativeLibrary.Failed(String reason, String remedy) ->
          List.of(Fact.fail("native library", reason, remedy));
      case NativeLibrary.Loaded loaded ->
          List.of(
              Fact.ok("native library", "libtorch " + loaded.version()),
              blas(loaded),
              Fact.ok("processor", loaded.processor().name() + ", " + loaded.cpuCapability()),
              bf16(loaded.fastBf16()),
              device(loaded.gpus(), gpus));
    };
  }

  private static Fact blas(NativeLibrary.Loaded loaded) {
    boolean x86 = loaded.processor().flags().contains("sse2");
    if (loaded.blas() == Blas.OPENBLAS && x86) {
      return Fact.warn(
          "BLAS",
          "OpenBLAS",
          "start through ./toolr0, which selects MKL (-Dorg.bytedeco.openblas.load=mkl_rt and"
              + " MKL_THREADING_LAYER=GNU): training is 2 to 7 times faster");
    }
    return Fact.ok("BLAS", loaded.blas() == Blas.MKL ? "MKL" : "the system's or OpenBLAS");
  }

  private static Fact bf16(boolean fast) {
    return Fact.ok(
        "bf16",
        fast
            ? "the processor multiplies bf16: linear layers run in bf16"
            : "the processor does not multiply bf16: linear layers run in fp32");
  }

  /**
   * What models can lie on.
   *
   * @param usable by the native library
   * @param gpus that NVIDIA's driver tells of
   */
  static Fact device(Accelerators usable, List<Gpu> gpus) {
    String found = gpus.stream().map(Gpu::words).collect(Collectors.joining("; "));
    if (!usable.cudaDevices().isEmpty()) {
      String names =
          usable.cudaDevices().stream().map(Device::toString).collect(Collectors.joining(", "));
      return Fact.ok("device", "CPU, " + names + (found.isEmpty() ? "" : " (" + found + ")"));
    }
    if (!gpus.isEmpty() || !(usable.cuda() instanceof Cuda.Absent)) {
      return Fact.warn(
          "device",
          gpus.isEmpty() ? "CPU" : "CPU; not used: " + found,
          "for device cuda: " + usable.cudaProblem(0).orElse(""));
    }
    return Fact.ok("device", usable.mps() ? "CPU, mps" : "CPU");
  }

  static Fact cores(int cores) {
    return cores >= 2
        ? Fact.ok("cores", Integer.toString(cores))
        : Fact.warn("cores", Integer.toString(cores), "the time estimates assume 2 cores");
  }

  static Fact memory(long bytes) {
    String value = gibibytes(bytes) + " GiB";
    if (bytes < MIN_MEMORY) {
      return Fact.fail("memory", value, "the default run needs 3 GiB: free memory or add some");
    }
    return bytes < GOOD_MEMORY
        ? Fact.warn("memory", value, "the default run takes up to 3 GiB: end other programs")
        : Fact.ok("memory", value);
  }

  static Fact disk(Path folder, Optional<Long> usable) {
    if (usable.isEmpty()) {
      return Fact.warn("disk", "unknown at " + folder, "check that the folder can be written");
    }
    long bytes = usable.get();
    String value = gibibytes(bytes) + " GiB free at " + folder;
    if (bytes < MIN_DISK) {
      return Fact.fail("disk", value, "make room: a run's checkpoints need about 1 GiB");
    }
    return bytes < GOOD_DISK
        ? Fact.warn("disk", value, "make room: a run's checkpoints need about 1 GiB")
        : Fact.ok("disk", value);
  }

  private static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static Optional<Long> usableBytes(Path folder) {
    Optional<Path> existing = Optional.of(folder.toAbsolutePath());
    while (existing.isPresent() && !Files.exists(existing.get())) {
      existing = Optional.ofNullable(existing.get().getParent());
    }
    try {
      return existing.isEmpty()
          ? Optional.empty()
          : Optional.of(Files.getFileStore(existing.get()).getUsableSpace());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", (double) bytes / GIB);
  }
}
