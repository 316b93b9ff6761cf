package toolr0.torch.decode;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.policy.Device.Kind;
import toolr0.policy.SamplingParams;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Draws what {@link TokenChoice} draws from the same numbers, for all rows at once and where their
 * scores lie: to bring the scores of a large vocabulary to Java takes longer than a step on a GPU.
 * Sums are taken in another order, so that a number on the border between two ids may give the
 * other one.
 */
public final class TensorChoice implements AutoCloseable {
  private final Owned owned = new Owned();
  private final SamplingParams params;
  private final Device device;
  private final long vocabulary;

  /** Whether a row's text has an id, flat; empty without a penalty. */
  private final Tensor seen;

  /** Ids and their log-probabilities at the temperature, before the penalty. */
  public record Drawn(int[] ids, float[] logProbs) {}

  /**
   * A choice.
   *
   * @param seen ids of each row's prompt, for the penalty
   */
  public TensorChoice(SamplingParams params, Device device, int vocabulary, List<BitSet> seen) {
    this.params = params;
    this.device = device;
    this.vocabulary = vocabulary;
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      long size = penalised() ? seen.size() * (long) vocabulary : 0;
      this.seen = owned.keep(Tensors.zeros(device, ScalarType.Bool, size));
      if (penalised()) {
        mark(
            IntStream.range(0, seen.size())
                .boxed()
                .flatMapToLong(row -> seen.get(row).stream().mapToLong(id -> place(row, id)))
                .toArray());
      }
    }
  }

  /** Whether it draws so: top-k and top-p sort the vocabulary, and sums want fp64. */
  public static boolean covers(SamplingParams params, Device device) {
    return device.kind() != Kind.MPS && params.topK() == 0 && params.topP() >= 1;
  }

  private boolean penalised() {
    return params.repetitionPenalty() != 1;
  }

  private long place(int row, long id) {
    return row * vocabulary + id;
  }

  private void mark(long[] places) {
    seen.index_fill_(0, Tensors.longs(device, places), new Scalar(1));
  }

  /**
   * Draws an id for each of some rows.
   *
   * @param scores [texts, V] in fp32
   * @param textOfRow which of the scores are a row's
   * @param rows among those that {@code seen} was given for
   * @param uniforms a number from 0 to below 1 for each, not looked at when the choice is greedy
   */
  public Drawn draw(Tensor scores, long[] textOfRow, int[] rows, double[] uniforms) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor ofRows = scores.index_select(0, Tensors.longs(device, textOfRow));
      Tensor plain = atTemperature(ofRows);
      Tensor chosenFrom = penalised() ? atTemperature(punished(ofRows, rows)) : plain;
      Tensor ids = params.temperature() == 0 ? greedy(chosenFrom) : drawn(chosenFrom, uniforms);
      Tensor logProbs = plain.gather(1, ids).squeeze(1).sub(plain.logsumexp(new long[] {1}, false));
      long[] found = new long[rows.length];
      ids.cpu().contiguous().data_ptr_long().get(found);
      if (penalised()) {
        mark(IntStream.range(0, rows.length).mapToLong(i -> place(rows[i], found[i])).toArray());
      }
      return new Drawn(
          Arrays.stream(found).mapToInt(Math::toIntExact).toArray(), Tensors.toFloats(logProbs));
    }
  }

  private Tensor atTemperature(Tensor scores) {
    double temperature = params.temperature();
    return temperature == 0 || temperature == 1 ? scores : scores.div(Tensors.scalar(temperature));
  }

  private Tensor punished(Tensor scores, int[] rows) {
    long[] indices = Arrays.stream(rows).asLongStream().toArray();
    Tensor seenOfRows = seen.view(-1, vocabulary).index_select(0, Tensors.longs(device, indices));
    Tensor lower =
        torch.where(
            scores.lt(new Scalar(0)),
            scores.mul(Tensors.scalar(params.repetitionPenalty())),
            scores.div(Tensors.scalar(params.repetitionPenalty())));
    return torch.where(seenOfRows, lower, scores);
  }

  private static Tensor greedy(Tensor scores) {
    return scores.argmax(new LongOptional(1), true);
  }

  /** The first id at which the sum of the weights is above a part of the whole. */
  private Tensor drawn(Tensor scores, double[] uniforms) {
    Tensor weights = scores.sub(scores.amax(new long[] {1}, true)).exp();
    Tensor sums = weights.cumsum(1, new ScalarTypeOptional(ScalarType.Double));
    Tensor targets =
        sums.narrow(1, vocabulary - 1, 1).mul(Tensors.doubles(device, uniforms).unsqueeze(1));
    return torch
        .searchsorted(sums, targets, false, true, new StringViewOptional(), Tensors.noTensor())
        .clamp_max(new Scalar(vocabulary - 1));
  }

  @Override
  public void close() {
    owned.close();
  }
}
