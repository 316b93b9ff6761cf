package toolr0.torch.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** How fast this machine or a device reads memory that no cache holds. */
public final class MemoryBandwidth {
  private static final long BYTES = 768L << 20;
  private static final long PIECE = 1L << 20;
  private static final int REPETITIONS = 12;

  private MemoryBandwidth() {}

  /**
   * Bytes per second, the best of several tries.
   *
   * @param threads that read at the same time
   */
  public static double measure(int threads) {
    Team team = Team.of(threads);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(BYTES, 64);
      for (long at = 0; at < BYTES; at += Long.BYTES) {
        memory.set(ValueLayout.JAVA_LONG, at, 1);
      }
      AtomicLong sum = new AtomicLong();
      double best = 0;
      for (int i = 0; i < REPETITIONS; i++) {
        long start = System.nanoTime();
        team.divide(
            (int) (BYTES / PIECE),
            1,
            (member, from, to) ->
                sum.addAndGet(read(memory.asSlice(from * PIECE, (to - from) * PIECE))));
        best = Math.max(best, BYTES / ((System.nanoTime() - start) / 1e9));
      }
      if (sum.get() != REPETITIONS * (BYTES / Long.BYTES)) {
        throw new IllegalStateException("memory did not keep what was written");
      }
      return best;
    }
  }

  /** Bytes per second that a device reads or writes, the best of several copies. */
  public static double measure(Device device) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor from = Tensors.zeros(device, ScalarType.Byte, BYTES);
      Tensor to = Tensors.zeros(device, ScalarType.Byte, BYTES);
      double best = 0;
      for (int i = 0; i < REPETITIONS; i++) {
        Tensors.await(device);
        long start = System.nanoTime();
        to.copy_(from);
        Tensors.await(device);
        best = Math.max(best, 2 * BYTES / ((System.nanoTime() - start) / 1e9));
      }
      return best;
    }
  }

  private static long read(MemorySegment memory) {
    var lanes = LongVector.SPECIES_PREFERRED;
    int step = lanes.vectorByteSize();
    LongVector a = LongVector.zero(lanes);
    LongVector b = LongVector.zero(lanes);
    LongVector c = LongVector.zero(lanes);
    LongVector d = LongVector.zero(lanes);
    for (long at = 0; at < memory.byteSize(); at += 4L * step) {
      a = a.add(LongVector.fromMemorySegment(lanes, memory, at, ByteOrder.nativeOrder()));
      b = b.add(LongVector.fromMemorySegment(lanes, memory, at + step, ByteOrder.nativeOrder()));
      c =
          c.add(
              LongVector.fromMemorySegment(lanes, memory, at + 2L * step, ByteOrder.nativeOrder()));
      d =
          d.add(
              LongVector.fromMemorySegment(lanes, memory, at + 3L * step, ByteOrder.nativeOrder()));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }
}
