package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.torch.model.Precision;

/**
 * How weights, keys and values lie in memory while a model decodes. They are read in pairs of
 * vectors of {@link #LANES}; whatever they lie in, sums are in fp32. Positions count values.
 */
enum Storage {
  /** As they are: the left vector of a pair, then the right one. */
  FP32(ScalarType.Float, 4) {
    @Override
    FloatVector left(MemorySegment memory, long pair) {
      return FloatVector.fromMemorySegment(LANES, memory, 4 * pair, ORDER);
    }

    @Override
    FloatVector right(MemorySegment memory, long pair) {
      return FloatVector.fromMemorySegment(LANES, memory, 4 * pair + 4L * L, ORDER);
    }

    @Override
    void putPair(MemorySegment memory, long pair, float[] values, int from) {
      MemorySegment.copy(values, from, memory, ValueLayout.JAVA_FLOAT, 4 * pair, 2 * L);
    }

    @Override
    int place(int index) {
      return index;
    }

    @Override
    void put(MemorySegment memory, long position, float value) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, position, value);
    }

    @Override
    float get(MemorySegment memory, long position) {
      return memory.getAtIndex(ValueLayout.JAVA_FLOAT, position);
    }

    @Override
    Tensor halves(Tensor panels) {
      return panels.view(panels.size(0), panels.size(1), 2, L);
    }
  },

  /**
   * Rounded to bf16, to nearest, ties to even. A lane of integers holds a value of the left vector
   * in its low half and one of the right vector in its high half, so that both are widened by one
   * operation each.
   */
  BF16(ScalarType.BFloat16, 2) {
    @Override
    FloatVector left(MemorySegment memory, long pair) {
      return IntVector.fromMemorySegment(INTS, memory, 2 * pair, ORDER)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats();
    }

    @Override
    FloatVector right(MemorySegment memory, long pair) {
      return IntVector.fromMemorySegment(INTS, memory, 2 * pair, ORDER)
          .and(HIGH_HALF)
          .reinterpretAsFloats();
    }

    @Override
    void putPair(MemorySegment memory, long pair, float[] values, int from) {
      IntVector left = rounded(FloatVector.fromArray(LANES, values, from).reinterpretAsInts());
      IntVector right = rounded(FloatVector.fromArray(LANES, values, from + L).reinterpretAsInts());
      left.lanewise(VectorOperators.LSHR, 16)
          .or(right.and(HIGH_HALF))
          .intoMemorySegment(memory, 2 * pair, ORDER);
    }

    @Override
    int place(int index) {
      int inPair = index % (2 * L);
      return index - inPair + 2 * (inPair % L) + inPair / L;
    }

    @Override
    void put(MemorySegment memory, long position, float value) {
      memory.setAtIndex(ValueLayout.JAVA_SHORT, position, rounded(value));
    }

    @Override
    float get(MemorySegment memory, long position) {
      return Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, position) << 16);
    }

    @Override
    Tensor halves(Tensor panels) {
      return panels.view(panels.size(0), panels.size(1), L, 2).transpose(2, 3);
    }
  };

  /** The processor's widest vector of fp32. */
  static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private static final int L = LANES.length();
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int HIGH_HALF = 0xffff0000;
  private static final int BELOW_HALF = 0x7fff;

  private final ScalarType type;
  private final int bytes;

  Storage(ScalarType type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /** What decoding with a model keeps its packed weights, keys and values in. */
  static Storage of(Precision precision) {
    return switch (precision) {
      case FP32 -> FP32;
      case BF16_LINEAR, BF16 -> BF16;
    };
  }

  /**
   * The same memory as a segment of which the compiler knows the class. It inlines what a segment's
   * class decides by what it has seen anywhere in the program before; where that was several
   * classes, loops over vectors are four times slower.
   */
  static MemorySegment known(MemorySegment memory) {
    return MemorySegment.ofAddress(memory.address()).reinterpret(memory.byteSize());
  }

  /** The bits of fp32 values, the high half of which is rounded to bf16. */
  static IntVector rounded(IntVector bits) {
    return bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1)).add(BELOW_HALF);
  }

  /** A value rounded to bf16. */
  static short rounded(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + (bits >>> 16 & 1) + BELOW_HALF) >>> 16);
  }

  ScalarType type() {
    return type;
  }

  /** Bytes of a value. */
  int bytes() {
    return bytes;
  }

  /** The left vector of the pair that begins at a position. */
  abstract FloatVector left(MemorySegment memory, long pair);

  /** The right vector of that pair. */
  abstract FloatVector right(MemorySegment memory, long pair);

  /** Stores a pair, whose vectors stand one behind the other in {@code values}. */
  abstract void putPair(MemorySegment memory, long pair, float[] values, int from);

  /** The position of the value that has this place in pairs one behind the other. */
  abstract int place(int index);

  /** Stores a value at a position. */
  abstract void put(MemorySegment memory, long position, float value);

  /** The value at a position. */
  abstract float get(MemorySegment memory, long position);

  /** A view of panels of pairs, [panel, row, 2L], as [panel, row, left or right, lane]. */
  abstract Tensor halves(Tensor panels);
}
