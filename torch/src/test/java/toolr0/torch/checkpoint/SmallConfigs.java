package toolr0.torch.checkpoint;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Small configurations of every family and every choice that a family leaves; no two widths of one
 * are equal.
 */
public final class SmallConfigs {

  /** Ends a turn in all of them. */
  public static final int END = 258;

  public static final int VOCABULARY = 260;
  public static final int CONTEXT = 256;

  private SmallConfigs() {}

  /** All of them. */
  public static Stream<ModelConfig> all() {
    Rope scaled = new Rope(10_000, new Rope.Llama3(8, 1, 4, 64));
    return Stream.of(
        of(new ModelFamily.Qwen2(), 6, Rope.of(1e6), true),
        of(new ModelFamily.Qwen3(false), 10, Rope.of(1e6), true),
        of(new ModelFamily.Qwen3(true), 38, Rope.of(10_000), false),
        of(new ModelFamily.Llama(false, false), 6, scaled, true),
        of(new ModelFamily.Llama(true, false), 10, scaled, false),
        of(new ModelFamily.Llama(true, true), 34, Rope.of(5e5), true));
  }

  /** One whose layers are as wide within as is wished. */
  public static ModelConfig withIntermediateSize(int size) {
    return of(new ModelFamily.Qwen2(), 6, size, Rope.of(1e6), true);
  }

  /** One of a family, with the given width of a head, rotary embeddings and head. */
  public static ModelConfig of(ModelFamily family, int headDim, Rope rope, boolean tied) {
    return of(family, headDim, 43, rope, tied);
  }

  private static ModelConfig of(
      ModelFamily family, int headDim, int intermediateSize, Rope rope, boolean tied) {
    return new ModelConfig(
        family,
        VOCABULARY,
        24,
        intermediateSize,
        2,
        4,
        2,
        headDim,
        1e-5,
        rope,
        CONTEXT,
        tied,
        0.02,
        OptionalInt.of(256),
        List.of(END, 256),
        OptionalInt.empty(),
        1);
  }
}
