package toolr0.torch.policy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.TensorInfo;

/** Refuses weights that are no numbers. */
final class FiniteWeights {
  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_PREFERRED;

  private FiniteWeights() {}

  /**
   * Looks at all values of a tensor.
   *
   * @throws CheckpointException naming the file, the tensor and the first value that is not finite
   */
  static void require(TensorInfo info) {
    if (allFinite(info)) {
      return;
    }
    long first = 0;
    while (Float.isFinite(info.toFloat(first))) {
      first++;
    }
    throw new CheckpointException(
        "%s: tensor %s has the value %s at place %d of %d; weights are finite numbers: copy or download the file again"
            .formatted(info.file(), info.name(), info.toFloat(first), first + 1, info.elements()));
  }

  /** Looks at the exponents as they lie in the file, one value or two in a lane. */
  private static boolean allFinite(TensorInfo info) {
    return switch (info.dtype()) {
      case F32 -> allFinite(info.data(), 0x7f800000, 0x7f800000);
      case BF16 -> allFinite(info.data(), 0x7f80, 0x7f800000);
      case F16 -> allFinite(info.data(), 0x7c00, 0x7c000000);
      case I64, I32, U8 -> true;
    };
  }

  private static boolean allFinite(MemorySegment data, int low, int high) {
    long step = LANES.vectorByteSize();
    long whole = data.byteSize() / step * step;
    for (long at = 0; at < whole; at += step) {
      IntVector bits = IntVector.fromMemorySegment(LANES, data, at, ByteOrder.LITTLE_ENDIAN);
      if (bits.and(low).eq(low).or(bits.and(high).eq(high)).anyTrue()) {
        return false;
      }
    }
    byte[] rest = new byte[(int) step];
    MemorySegment.copy(data, whole, MemorySegment.ofArray(rest), 0, data.byteSize() - whole);
    IntVector bits =
        IntVector.fromMemorySegment(LANES, MemorySegment.ofArray(rest), 0, ByteOrder.LITTLE_ENDIAN);
    return !bits.and(low).eq(low).or(bits.and(high).eq(high)).anyTrue();
  }
}
