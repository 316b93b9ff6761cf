package toolr0.torch.policy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.Tensors;

/**
 * Moments in 8 bits, every {@link #BLOCK} values scaled by the largest of them (Dettmers and
 * others, arXiv 2110.02861). Between steps a value is the nearest number of its code times its
 * block's scale; a step computes with fp32.
 *
 * <p>Of the second moment the root is kept: it spans as many decades as the first moment, so that
 * none of its values rounds to 0 where the first moment's does not, which would divide by epsilon.
 *
 * <p>Which of the two numbers around a value is kept, a hash of step and place decides, so that it
 * is the value in the mean. The nearest would not do: a step takes a twentieth of a percent off the
 * second moment's root, the code's numbers are up to 14 percent apart, and the nearest would be the
 * same one for ever.
 */
final class EightBitMoments implements Moments {

  /** Values that share a scale. */
  static final int BLOCK = 256;

  /** Blocks that one thread takes at a time. */
  private static final int BLOCKS_TOGETHER = 1024;

  /** What makes 24 random bits a number from 0 to below 1. */
  static final float CHANCE = 0x1p-24f;

  /** An odd number without a pattern: blocks of different steps draw from seeds far apart. */
  static final long MIX = 0xd1342543de82ef95L;

  static final String FIRST = "exp_avg";
  static final String SECOND = "exp_avg_sq_root";
  static final String SCALES = ".absmax";

  private final long length;
  private final Quantised first;
  private final Quantised second;

  /** Values as codes, and a scale for each block. */
  private record Quantised(String name, EightBitCode code, Tensor codes, Tensor scales) {

    static Quantised zeros(String name, EightBitCode code, long length, Owned owned) {
      Quantised made =
          new Quantised(
              name,
              code,
              owned.keep(Tensors.empty(Device.CPU, ScalarType.Byte, length)),
              owned.keep(Tensors.zeros(Device.CPU, ScalarType.Float, Math.ceilDiv(length, BLOCK))));
      Tensors.memory(made.codes).fill(code.nearest(0));
      return made;
    }

    /** Where a thread works. */
    Memory memory() {
      return new Memory(
          code, Tensors.memory(codes), Tensors.memory(scales), new byte[BLOCK], new float[BLOCK]);
    }
  }

  /** The memory of quantised values, and one block of them as numbers. */
  private record Memory(
      EightBitCode code, MemorySegment codes, MemorySegment scales, byte[] coded, float[] values) {

    void read(long block, int count) {
      MemorySegment.copy(codes, ValueLayout.JAVA_BYTE, block * BLOCK, coded, 0, count);
      float scale = scales.getAtIndex(ValueLayout.JAVA_FLOAT, block);
      for (int i = 0; i < count; i++) {
        values[i] = code.value(coded[i]) * scale;
      }
    }

    /**
     * Keeps what {@code values} holds; of what is not 0 nothing becomes 0 unless it may.
     *
     * @param draws decides between the numbers around a value
     */
    void write(long block, int count, boolean mayVanish, SplittableRandom draws) {
      float scale = 0;
      for (int i = 0; i < count; i++) {
        scale = Math.max(scale, Math.abs(values[i]));
      }
      scales.setAtIndex(ValueLayout.JAVA_FLOAT, block, scale);
      float divisor = scale == 0 ? 1 : scale;
      byte zero = code.nearest(0);
      for (int i = 0; i < count; i++) {
        byte kept = code.around(values[i] / divisor, (draws.nextInt() >>> 8) * CHANCE);
        boolean vanished = !mayVanish && kept == zero && values[i] > 0;
        coded[i] = vanished ? (byte) (zero + 1) : kept;
      }
      MemorySegment.copy(coded, 0, codes, ValueLayout.JAVA_BYTE, block * BLOCK, count);
    }
  }

  /**
   * Zeros.
   *
   * @param owned frees them
   */
  EightBitMoments(long length, Owned owned) {
    this.length = length;
    first = Quantised.zeros(FIRST, EightBitCode.SIGNED, length, owned);
    second = Quantised.zeros(SECOND, EightBitCode.UNSIGNED, length, owned);
  }

  @Override
  public void step(Tensor values, Tensor gradients, Step step) {
    MemorySegment value = Tensors.memory(values);
    MemorySegment gradient = Tensors.memory(gradients);
    long blocks = Math.ceilDiv(length, BLOCK);
    LongStream.range(0, Math.ceilDiv(blocks, BLOCKS_TOGETHER))
        .parallel()
        .forEach(
            part -> {
              Memory means = first.memory();
              Memory roots = second.memory();
              float[] v = new float[BLOCK];
              float[] g = new float[BLOCK];
              long from = part * BLOCKS_TOGETHER;
              for (long b = from; b < Math.min(blocks, from + BLOCKS_TOGETHER); b++) {
                int count = (int) Math.min(BLOCK, length - b * BLOCK);
                MemorySegment.copy(value, ValueLayout.JAVA_FLOAT, 4 * b * BLOCK, v, 0, count);
                MemorySegment.copy(gradient, ValueLayout.JAVA_FLOAT, 4 * b * BLOCK, g, 0, count);
                means.read(b, count);
                roots.read(b, count);
                step(v, g, means.values(), roots.values(), count, step);
                SplittableRandom draws = new SplittableRandom(MIX * step.number() + b);
                means.write(b, count, true, draws);
                roots.write(b, count, false, draws);
                MemorySegment.copy(v, 0, value, ValueLayout.JAVA_FLOAT, 4 * b * BLOCK, count);
              }
            });
  }

  private static void step(
      float[] values, float[] gradients, float[] means, float[] roots, int count, Step step) {
    float beta1 = (float) step.spec().adamBeta1();
    float beta2 = (float) step.spec().adamBeta2();
    float fresh1 = (float) (1 - step.spec().adamBeta1());
    float fresh2 = (float) (1 - step.spec().adamBeta2());
    float perRoot = (float) (1 / step.rootCorrection());
    float epsilon = (float) step.spec().adamEpsilon();
    float size = (float) step.size();
    for (int i = 0; i < count; i++) {
      float gradient = gradients[i];
      float mean = beta1 * means[i] + fresh1 * gradient;
      float root =
          (float) Math.sqrt(beta2 * (roots[i] * roots[i]) + fresh2 * (gradient * gradient));
      means[i] = mean;
      roots[i] = root;
      values[i] -= size * mean / (root * perRoot + epsilon);
    }
  }

  @Override
  public List<TensorToWrite> state() {
    return List.of(
        Moments.toWrite(first.name(), DType.U8, first.codes()),
        Moments.toWrite(first.name() + SCALES, DType.F32, first.scales()),
        Moments.toWrite(second.name(), DType.U8, second.codes()),
        Moments.toWrite(second.name() + SCALES, DType.F32, second.scales()));
  }

  @Override
  public void restore(Safetensors file, Path path) {
    for (Quantised moment : List.of(first, second)) {
      Moments.restore(file, path, moment.name(), DType.U8, moment.codes());
      Moments.restore(file, path, moment.name() + SCALES, DType.F32, moment.scales());
    }
  }
}
