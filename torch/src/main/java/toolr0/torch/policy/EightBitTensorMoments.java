package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * What {@link EightBitMoments} does, in operations on whole tensors, for memory that Java's threads
 * do not reach: the same numbers of the same code by the same draws.
 */
final class EightBitTensorMoments implements Moments {
  private static final int BLOCK = EightBitMoments.BLOCK;

  /** The constants of {@link java.util.SplittableRandom}. */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private static final long MIX_FIRST = 0x62a9d9ed799705f5L;
  private static final long MIX_SECOND = 0xcb24d0a5c88c35b3L;

  private final Device device;
  private final long length;
  private final Quantised first;
  private final Quantised second;

  /** What is added to a block's seed for each of its draws. */
  private final Tensor stepsOfSeed;

  /**
   * Values as codes, and a scale for each block.
   *
   * @param numbers by code
   * @param magnitudes ascending
   */
  private record Quantised(
      String name, int zero, Tensor numbers, Tensor magnitudes, Tensor codes, Tensor scales) {

    static Quantised zeros(
        String name, EightBitCode code, Device device, long length, Owned owned) {
      float[] numbers = new float[256];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = code.value((byte) i);
      }
      Tensor codes = owned.keep(Tensors.empty(device, ScalarType.Byte, length));
      codes.fill_(new Scalar(code.zero()));
      return new Quantised(
          name,
          code.zero(),
          owned.keep(Tensors.floats(device, numbers)),
          owned.keep(Tensors.floats(device, code.magnitudes())),
          codes,
          owned.keep(Tensors.zeros(device, ScalarType.Float, Math.ceilDiv(length, BLOCK))));
    }

    /** The values of a stretch, [blocks, BLOCK]. */
    Tensor read(long from, long length) {
      Tensor coded = codes.narrow(0, from, length).to(ScalarType.Int);
      return blocks(numbers.index_select(0, coded)).mul(scales(from, length).unsqueeze(1));
    }

    private Tensor scales(long from, long length) {
      return scales.narrow(0, from / BLOCK, Math.ceilDiv(length, BLOCK));
    }

    /**
     * Keeps values; of what is not 0 nothing becomes 0 unless it may.
     *
     * @param values of a stretch, [blocks, BLOCK]
     * @param chances which decide between the numbers around a value
     */
    void write(long from, long length, Tensor values, boolean mayVanish, Tensor chances) {
      Tensor largest = values.abs().amax(new long[] {1}, false);
      scales(from, length).copy_(largest);
      Tensor divisors = largest.masked_fill(largest.eq(new Scalar(0)), new Scalar(1));
      Tensor divided = values.div(divisors.unsqueeze(1));
      Tensor magnitude = divided.abs().clamp_max(new Scalar(1));
      Tensor index =
          torch
              .searchsorted(
                  magnitudes, magnitude, false, true, new StringViewOptional(), Tensors.noTensor())
              .sub(new Scalar(1));
      Tensor below = numberOf(index);
      Tensor above = numberOf(index.add(new Scalar(1)).clamp_max(new Scalar(last())));
      Tensor over = magnitude.sub(below);
      Tensor up = chances.mul(above.sub(below)).lt(over);
      Tensor kept = index.add(up.logical_and_(magnitude.gt(below)));
      Tensor code =
          torch.where(
              divided.lt(new Scalar(0)),
              kept.neg().add(new Scalar(zero)).clamp_min(new Scalar(0)),
              kept.add(new Scalar(zero)));
      if (!mayVanish) {
        Tensor vanished = code.eq(new Scalar(zero)).logical_and_(values.gt(new Scalar(0)));
        code.masked_fill_(vanished, new Scalar(zero + 1));
      }
      codes.narrow(0, from, length).copy_(code.view(-1).narrow(0, 0, length));
    }

    private Tensor numberOf(Tensor index) {
      return magnitudes.index_select(0, index.view(-1)).view(index.sizes());
    }

    private long last() {
      return magnitudes.numel() - 1;
    }
  }

  /**
   * Zeros.
   *
   * @param owned frees them
   */
  EightBitTensorMoments(Device device, long length, Owned owned) {
    this.device = device;
    this.length = length;
    first = Quantised.zeros(EightBitMoments.FIRST, EightBitCode.SIGNED, device, length, owned);
    second = Quantised.zeros(EightBitMoments.SECOND, EightBitCode.UNSIGNED, device, length, owned);
    stepsOfSeed =
        owned.keep(
            Tensors.longs(
                device, LongStream.rangeClosed(1, BLOCK).map(draw -> draw * GAMMA).toArray()));
  }

  @Override
  public void step(Tensor values, Tensor gradients, Step step) {
    AdamW.inChunks(
        length,
        (from, count) -> {
          try (TensorScope scope = TensorScope.open()) {
            step(from, count, values.narrow(0, from, count), gradients, step);
          }
        });
  }

  private void step(long from, long count, Tensor values, Tensor gradients, Step step) {
    float perRoot = (float) (1 / step.rootCorrection());
    Tensor gradient = blocks(gradients.narrow(0, from, count));
    Tensor mean = weighted(step.spec().adamBeta1(), first.read(from, count), gradient);
    Tensor before = second.read(from, count);
    Tensor root =
        weighted(step.spec().adamBeta2(), before.mul(before), gradient.mul(gradient)).sqrt();
    Tensor change =
        mean.mul(Tensors.scalar(step.size()))
            .div(root.mul(Tensors.scalar(perRoot)).add(Tensors.scalar(step.spec().adamEpsilon())));
    values.sub_(change.view(-1).narrow(0, 0, count));
    long draws = EightBitMoments.MIX * step.number() + from / BLOCK;
    first.write(from, count, mean, true, chances(draws, count, false));
    second.write(from, count, root, false, chances(draws, count, true));
  }

  private static Tensor weighted(double beta, Tensor before, Tensor fresh) {
    return before.mul(Tensors.scalar(beta)).add(fresh.mul(Tensors.scalar(1 - beta)));
  }

  /** A stretch as blocks, the last one filled up with zeros. */
  private static Tensor blocks(Tensor values) {
    long rest = Math.floorMod(-values.numel(), BLOCK);
    Tensor whole =
        rest == 0
            ? values
            : Tensors.cat(0, values, torch.zeros_like(values.narrow(0, 0, 1)).expand(rest));
    return whole.view(-1, BLOCK);
  }

  /**
   * A number from 0 to below 1 for each value of a stretch, [blocks, BLOCK], as {@link
   * java.util.SplittableRandom} draws them.
   *
   * @param seed of the first block; that of every other is one more than the one's before
   * @param again whether a block has drawn once for each of its values before
   */
  private Tensor chances(long seed, long count, boolean again) {
    long blocks = Math.ceilDiv(count, BLOCK);
    long[] seeds = LongStream.range(0, blocks).map(block -> seed + block).toArray();
    if (again) {
      for (int block = 0; block < blocks; block++) {
        seeds[block] += Math.min(BLOCK, count - (long) block * BLOCK) * GAMMA;
      }
    }
    Tensor z = Tensors.longs(device, seeds).unsqueeze(1).add(stepsOfSeed);
    z = z.bitwise_xor_(shifted(z, 33)).mul_(new Scalar(MIX_FIRST));
    z = z.bitwise_xor_(shifted(z, 28)).mul_(new Scalar(MIX_SECOND));
    return shifted(z, 40).to(ScalarType.Float).mul_(Tensors.scalar(EightBitMoments.CHANCE));
  }

  /** The upper bits, zeros before them. */
  private static Tensor shifted(Tensor bits, int count) {
    return bits.bitwise_right_shift(new Scalar(count)).bitwise_and_(new Scalar(-1L >>> count));
  }

  @Override
  public List<TensorToWrite> state() {
    return List.of(
        Moments.toWrite(first.name(), DType.U8, first.codes()),
        Moments.toWrite(first.name() + EightBitMoments.SCALES, DType.F32, first.scales()),
        Moments.toWrite(second.name(), DType.U8, second.codes()),
        Moments.toWrite(second.name() + EightBitMoments.SCALES, DType.F32, second.scales()));
  }

  @Override
  public void restore(Safetensors file, Path path) {
    for (Quantised moment : List.of(first, second)) {
      Moments.restore(file, path, moment.name(), DType.U8, moment.codes());
      Moments.restore(
          file, path, moment.name() + EightBitMoments.SCALES, DType.F32, moment.scales());
    }
  }
}
