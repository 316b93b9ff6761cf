package toolr0.torch.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class HeapTest {
  private static final int PIECE = 64 << 10;
  private static final int PIECES = 4_096;

  /** Where a system has no such file, its C library has no such function. */
  private static final Path STATUS = Path.of("/proc/self/status");

  /** A piece in use behind the free ones is why the C library keeps these by itself. */
  @Test
  void pagesThatAreFreeGoBackToTheSystem() throws IOException {
    List<BytePointer> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      pieces.add(new BytePointer(Pointer.malloc(PIECE)).capacity(PIECE).fill(1));
    }
    BytePointer last = pieces.removeLast();
    pieces.forEach(Pointer::free);
    long before = residentKib();
    Heap.trim();
    if (Files.exists(STATUS)) {
      assertThat(before - residentKib()).isGreaterThan(PIECES * (PIECE >> 10) / 2);
    }
    Pointer.free(last);
  }

  private static long residentKib() throws IOException {
    return !Files.exists(STATUS)
        ? 0
        : Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow();
  }
}
