package toolr0.torch.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.cuda.DeviceStats;
import org.bytedeco.pytorch.global.torch;

/** The native tensor library, libtorch: loaded once per process, or the reason why it cannot be. */
public sealed interface NativeLibrary {

  /** Matrix products come from Intel's MKL, from OpenBLAS, or the system does not tell. */
  enum Blas {
    MKL,
    OPENBLAS,
    UNKNOWN
  }

  /**
   * The library is loaded.
   *
   * @param version libtorch's version
   * @param blas who computes matrix products in fp32
   * @param cpuCapability the instruction set that libtorch chose, for example {@code AVX2}
   * @param processor what it runs on
   * @param gpus what it finds beside that
   */
  record Loaded(
      String version, Blas blas, String cpuCapability, Processor processor, Accelerators gpus)
      implements NativeLibrary {

    /** Threads that one operation uses now. */
    public int threads() {
      return torch.get_num_threads();
    }

    /**
     * Fixes the number of threads of one operation. Sums are split by thread, so equal bits need
     * equal numbers: it is set explicitly and goes into a run's manifest.
     */
    public void setThreads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
      }
      torch.set_num_threads(threads);
    }

    /** Whether linear layers run faster in bf16 than in fp32 on this processor. */
    public boolean fastBf16() {
      return processor.fastBf16();
    }
  }

  /**
   * The library cannot be loaded.
   *
   * @param reason what happened
   * @param remedy what to do about it
   */
  record Failed(String reason, String remedy) implements NativeLibrary {}

  /** Loads the library, the first time; later calls give the same value. */
  static NativeLibrary load() {
    return Holder.LIBRARY;
  }

  /**
   * The loaded library.
   *
   * @throws IllegalStateException with reason and remedy, if it cannot be loaded
   */
  static Loaded require() {
    return switch (load()) {
      case Loaded loaded -> loaded;
      case Failed(String reason, String remedy) ->
          throw new IllegalStateException(
              "the native library libtorch does not load: " + reason + "; " + remedy);
    };
  }

  /** Loads when it is first touched. */
  final class Holder {
    private static final int UNPACKED_MIB = 900;
    private static final int UNPACKED_CUDA_MIB = 2500;
    private static final NativeLibrary LIBRARY = loadNow();

    private Holder() {}

    private static NativeLibrary loadNow() {
      try {
        Loader.load(torch.class);
        try (BytePointer capability = torch.get_cpu_capability()) {
          return new Loaded(
              version(),
              blas(),
              capability.getString(),
              Processor.current(),
              new Accelerators(cuda(), torch.hasMPS()));
        }
      } catch (LinkageError | RuntimeException | IOException e) {
        return failed(e);
      }
    }

    /**
     * What the class path has for NVIDIA GPUs. Their part of the library is loaded beside the rest,
     * which does not tell when that fails. The statistics of a GPU's memory bring further
     * libraries, which need the driver.
     */
    private static Cuda cuda() throws IOException {
      Optional<URL> library = cudaLibrary();
      if (library.isEmpty()) {
        return new Cuda.Absent();
      }
      try {
        System.load(Loader.cacheResource(library.get()).getAbsolutePath());
        int gpus = torch.hasCUDA() ? torch.cuda_device_count() : 0;
        if (gpus > 0) {
          Loader.load(DeviceStats.class);
        }
        return new Cuda.Loaded(IntStream.range(0, gpus).mapToObj(ComputeCapability::of).toList());
      } catch (LinkageError | IllegalStateException e) {
        Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
        return new Cuda.Broken(String.valueOf(cause.getMessage()));
      }
    }

    private static Optional<URL> cudaLibrary() {
      return Optional.ofNullable(
          torch.class.getResource(
              "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/libtorch_cuda.so"));
    }

    private static Failed failed(Throwable e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      return new Failed(
          cause.getClass().getSimpleName() + ": " + cause.getMessage(),
          "supported are Linux x86_64 with glibc and macOS arm64, this is "
              + platform
              + "; "
              + cacheRemedy());
    }

    /**
     * Unpacking fails halfway on a full disk, and what is missing then looks like a broken library.
     */
    private static String cacheRemedy() {
      int needed = cudaLibrary().isPresent() ? UNPACKED_CUDA_MIB : UNPACKED_MIB;
      try {
        Path cache = Loader.getCacheDir().toPath();
        long free = Files.getFileStore(cache).getUsableSpace() >> 20;
        return "libraries are unpacked to %s, which has %d MiB free and needs about %d: make room,"
                .formatted(cache, free, needed)
            + " or choose another folder with -Dorg.bytedeco.javacpp.cachedir=DIR, and try again";
      } catch (IOException | RuntimeException e) {
        return "set -Dorg.bytedeco.javacpp.cachedir=DIR to a folder that can be written, with %d MiB free"
            .formatted(needed);
      }
    }

    private static String version() throws IOException {
      String artifact = Loader.getVersion("org.bytedeco", "pytorch");
      return artifact.contains("-") ? artifact.substring(0, artifact.indexOf('-')) : artifact;
    }

    private static Blas blas() {
      Path maps = Path.of("/proc/self/maps");
      if (!Files.exists(maps)) {
        return Blas.UNKNOWN;
      }
      try (Stream<String> lines = Files.lines(maps)) {
        boolean mkl = lines.anyMatch(line -> line.contains("libmkl_rt"));
        return mkl ? Blas.MKL : Blas.OPENBLAS;
      } catch (IOException | UncheckedIOException e) {
        return Blas.UNKNOWN;
      }
    }
  }
}
