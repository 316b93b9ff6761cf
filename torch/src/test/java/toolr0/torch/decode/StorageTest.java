package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

class StorageTest {
  private static final int LANES = Storage.LANES.length();
  private static final int PAIR = 2 * LANES;
  private static final int PAIRS = 3;

  private final float[] values = new float[PAIRS * PAIR];

  StorageTest() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-100, 100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void pairsAreReadAsTheyWerePut(Storage storage) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = room(arena, storage);
      for (int pair = 0; pair < PAIRS; pair++) {
        storage.putPair(memory, (long) pair * PAIR, values, pair * PAIR);
      }
      float[] read = new float[values.length];
      for (int pair = 0; pair < PAIRS; pair++) {
        storage.left(memory, (long) pair * PAIR).intoArray(read, pair * PAIR);
        storage.right(memory, (long) pair * PAIR).intoArray(read, pair * PAIR + LANES);
      }
      assertThat(read).containsExactly(asStored(storage));
    }
  }

  @ParameterizedTest
  @EnumSource
  void singleValuesLieWherePairsHaveThem(Storage storage) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment single = room(arena, storage);
      MemorySegment pairs = room(arena, storage);
      for (int i = 0; i < values.length; i++) {
        storage.put(single, storage.place(i), values[i]);
        assertThat(storage.get(single, storage.place(i))).isEqualTo(asStored(storage)[i]);
      }
      for (int pair = 0; pair < PAIRS; pair++) {
        storage.putPair(pairs, (long) pair * PAIR, values, pair * PAIR);
      }
      assertThat(single.mismatch(pairs)).isEqualTo(-1);
    }
  }

  @Test
  void roundingIsThatOfLibtorchAtTheEdgesToo() {
    float[] edges = {
      0f,
      -0f,
      1f,
      0x1.01p0f,
      0x1.03p0f,
      0x1.fffp127f,
      Float.MAX_VALUE,
      Float.MIN_VALUE,
      0x1p-140f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open()) {
      float[] expected = rounded(edges);
      float[] filled = Arrays.copyOf(edges, PAIR * ((edges.length + PAIR - 1) / PAIR));
      MemorySegment pairs = arena.allocate(2L * filled.length, 64);
      for (int pair = 0; pair < filled.length; pair += PAIR) {
        Storage.BF16.putPair(pairs, pair, filled, pair);
      }
      short[] row = new short[filled.length];
      MklMatrix.roundToBf16(filled, 0, row, 0, filled.length - 1);
      MemorySegment memory = arena.allocate(2L * edges.length);
      for (int i = 0; i < edges.length; i++) {
        Storage.BF16.put(memory, i, edges[i]);
        float ofPair = Storage.BF16.get(pairs, Storage.BF16.place(i));
        float ofRow = Float.intBitsToFloat(row[i] << 16);
        assertThat(new float[] {Storage.BF16.get(memory, i), ofPair, ofRow})
            .containsExactly(expected[i], expected[i], expected[i]);
      }
    }
  }

  private float[] asStored(Storage storage) {
    return storage == Storage.FP32 ? values : rounded(values);
  }

  private static float[] rounded(float[] exact) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor bf16 = Tensors.floats(exact).to(ScalarType.BFloat16);
      return Tensors.toFloats(bf16.to(ScalarType.Float));
    }
  }

  private static MemorySegment room(Arena arena, Storage storage) {
    return arena.allocate((long) storage.bytes() * PAIRS * PAIR, 64);
  }
}
