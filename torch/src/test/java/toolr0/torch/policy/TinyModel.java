package toolr0.torch.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.Prompt;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Weights;
import toolr0.torch.text.TinyTokenizer;

/** Random models over bytes, so small that a test can afford to try everything on them. */
final class TinyModel {
  static final int CONTEXT = 128;

  /** Large enough that next-token distributions are far from flat. */
  private static final double INITIALIZER_RANGE = 0.3;

  static final ModelConfig CONFIG =
      new ModelConfig(
          new ModelFamily.Qwen2(),
          TinyTokenizer.SIZE,
          24,
          40,
          2,
          4,
          2,
          6,
          1e-6,
          Rope.of(10_000),
          CONTEXT,
          true,
          INITIALIZER_RANGE,
          OptionalInt.empty(),
          List.of(TinyTokenizer.IM_END),
          OptionalInt.empty(),
          1);

  private TinyModel() {}

  static LoadedModel trainable(Path folder, int seed) throws IOException {
    TinyTokenizer.write(folder);
    return new LoadedModel(folder, Weights.random(CONFIG, new Seed(seed)), Precision.FP32);
  }

  /** A prompt of random bytes. */
  static Prompt prompt(String id, int length) {
    int[] ids = new SplittableRandom(id.hashCode()).ints(length, 0, 256).toArray();
    return new Prompt(id, List.of(Message.user(id)), ids);
  }
}
