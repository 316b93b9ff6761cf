package toolr0.torch.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.tensor.Tensors;

/** Which of a pass's tokens attend to which, and how that is computed. */
public interface Attention {

  /**
   * The attention of all tokens of a pass.
   *
   * @param layer index of the layer
   * @param queries [N, H, headDim], rotated
   * @param keys [N, K, headDim], rotated
   * @param values [N, K, headDim]
   * @return [N, H * headDim]
   */
  Tensor of(int layer, Tensor queries, Tensor keys, Tensor values);

  /**
   * The attention of packed texts: every token attends to those before it in its own text.
   *
   * <p>On the CPU a completion attends to its prompt's keys through a mask, so that nothing of the
   * prompt is computed twice. Flash kernels take no mask: elsewhere every completion is a whole
   * text with a prompt of its own.
   */
  static Attention over(PackedBatch batch, Device device) {
    return device.isCpu() ? new BySegment(batch) : new ByText(batch, device);
  }

  /**
   * Scaled dot products of [B, heads, T, headDim]; the result has the queries' shape.
   *
   * @param mask added to the scores, or none
   */
  static Tensor scaledDotProducts(
      Tensor queries, Tensor keys, Tensor values, TensorOptional mask, boolean causal) {
    return torch.scaled_dot_product_attention(
        queries,
        keys,
        values,
        mask,
        0.0,
        causal,
        Tensors.noDouble(),
        queries.size(1) != keys.size(1));
  }

  /** A call for each prompt, and for each completion of a prompt that has several. */
  final class BySegment implements Attention {
    private final PackedBatch batch;
    private final Tensor mask;

    private BySegment(PackedBatch batch) {
      this.batch = batch;
      this.mask = completionMask(batch);
    }

    @Override
    public Tensor of(int layer, Tensor queriesNH, Tensor keysNK, Tensor valuesNK) {
      long[] sizes = segments(batch);
      TensorVector queries = queriesNH.split_with_sizes(sizes, 0);
      TensorVector keys = keysNK.split_with_sizes(sizes, 0);
      TensorVector values = valuesNK.split_with_sizes(sizes, 0);
      long longestPrompt = longestSharedPrompt(batch);
      List<Tensor> outputs = new ArrayList<>();
      int segment = 0;
      for (PackedBatch.Span group : batch.groups()) {
        Tensor k = batchOfOne(keys.get(segment));
        Tensor v = batchOfOne(values.get(segment));
        outputs.add(
            rows(
                scaledDotProducts(
                    batchOfOne(queries.get(segment)), k, v, Tensors.noTensor(), true)));
        segment++;
        if (group.completions().length == 1) {
          continue;
        }
        for (int length : group.completions()) {
          if (length > 0) {
            Tensor window =
                mask.narrow(0, 0, length)
                    .narrow(1, longestPrompt - group.prompt(), (long) group.prompt() + length);
            outputs.add(
                rows(
                    scaledDotProducts(
                        batchOfOne(queries.get(segment)),
                        Tensors.cat(2, k, batchOfOne(keys.get(segment))),
                        Tensors.cat(2, v, batchOfOne(values.get(segment))),
                        Tensors.some(window),
                        false)));
            segment++;
          }
        }
      }
      return outputs.size() == 1
          ? outputs.getFirst()
          : Tensors.cat(0, outputs.toArray(Tensor[]::new));
    }

    /**
     * Rows of each attention call: a prompt with its only completion, or the prompt, then each
     * completion that has rows.
     */
    private static long[] segments(PackedBatch batch) {
      List<Long> sizes = new ArrayList<>();
      for (PackedBatch.Span group : batch.groups()) {
        if (group.completions().length == 1) {
          sizes.add((long) group.prompt() + group.completions()[0]);
        } else {
          sizes.add((long) group.prompt());
          for (int length : group.completions()) {
            if (length > 0) {
              sizes.add((long) length);
            }
          }
        }
      }
      return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private static long longestSharedPrompt(PackedBatch batch) {
      return batch.groups().stream()
          .filter(g -> g.completions().length > 1)
          .mapToInt(PackedBatch.Span::prompt)
          .max()
          .orElse(0);
    }

    /**
     * Zeros over the longest prompt, then a causal triangle; the window that ends at column prompt
     * + T serves every completion.
     */
    private static Tensor completionMask(PackedBatch batch) {
      int longest =
          batch.groups().stream()
              .filter(g -> g.completions().length > 1)
              .flatMapToInt(g -> Arrays.stream(g.completions()))
              .max()
              .orElse(0);
      Tensor future =
          torch.full(
              new long[] {longest, longest},
              Tensors.scalar(Double.NEGATIVE_INFINITY),
              Tensors.options(Device.CPU, ScalarType.Float));
      return Tensors.cat(
          1,
          Tensors.zeros(Device.CPU, ScalarType.Float, longest, longestSharedPrompt(batch)),
          future.triu(1));
    }

    private static Tensor batchOfOne(Tensor rowsNH) {
      return rowsNH.unsqueeze(0).transpose(1, 2);
    }

    private static Tensor rows(Tensor output) {
      return output.transpose(1, 2).reshape(output.size(2), -1);
    }
  }

  /**
   * One causal call for all texts, padded to the longest: S texts of L places. What is padded
   * stands behind a text, where none of its tokens looks.
   */
  final class ByText implements Attention {
    private final long texts;
    private final long places;
    private final Tensor rowsSL;
    private final Tensor placeN;

    ByText(PackedBatch batch, Device device) {
      List<long[]> rowsOfTexts = new ArrayList<>();
      long row = 0;
      for (PackedBatch.Span group : batch.groups()) {
        long prompt = row;
        row += group.prompt();
        boolean several = false;
        for (int length : group.completions()) {
          if (length > 0) {
            rowsOfTexts.add(text(prompt, group.prompt(), row, length));
            row += length;
            several = true;
          }
        }
        if (!several) {
          rowsOfTexts.add(text(prompt, group.prompt(), row, 0));
        }
      }
      texts = rowsOfTexts.size();
      places = rowsOfTexts.stream().mapToInt(t -> t.length).max().orElse(0);
      long[] rowOfPlace = new long[Math.toIntExact(texts * places)];
      long[] placeOfRow = new long[batch.rows()];
      for (int text = rowsOfTexts.size() - 1; text >= 0; text--) {
        long[] rows = rowsOfTexts.get(text);
        for (int i = 0; i < rows.length; i++) {
          int place = Math.toIntExact(text * places + i);
          rowOfPlace[place] = rows[i];
          placeOfRow[(int) rows[i]] = place;
        }
      }
      rowsSL = Tensors.longs(device, rowOfPlace);
      placeN = Tensors.longs(device, placeOfRow);
    }

    private static long[] text(long prompt, int promptLength, long completion, int length) {
      long[] rows = new long[promptLength + length];
      Arrays.setAll(rows, i -> i < promptLength ? prompt + i : completion + i - promptLength);
      return rows;
    }

    @Override
    public Tensor of(int layer, Tensor queries, Tensor keys, Tensor values) {
      Tensor output =
          scaledDotProducts(
              padded(queries), padded(keys), padded(values), Tensors.noTensor(), true);
      return output.transpose(1, 2).reshape(texts * places, -1).index_select(0, placeN);
    }

    /** [S, heads, L, headDim]. */
    private Tensor padded(Tensor rowsN) {
      return rowsN
          .index_select(0, rowsSL)
          .view(texts, places, rowsN.size(1), rowsN.size(2))
          .transpose(1, 2);
    }
  }
}
