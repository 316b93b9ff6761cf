package toolr0.torch.policy;

import java.nio.file.Path;
import toolr0.chat.ChatRenderer;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.text.ChatMlRenderer;
import toolr0.torch.text.HfTokenizer;

/** A checkpoint's chat format alone, without its weights: how long chats are. */
public final class CheckpointChat implements AutoCloseable {
  private final HfTokenizer tokenizer;
  private final ChatRenderer renderer;

  private CheckpointChat(HfTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.renderer = new ChatMlRenderer(tokenizer);
  }

  /**
   * Opens a checkpoint's tokenizer.
   *
   * @throws toolr0.torch.text.TokenizerException when it cannot be used
   */
  public static CheckpointChat open(Path folder, ModelConfig config) {
    return new CheckpointChat(HfTokenizer.open(folder, config.vocabSize()));
  }

  public ChatRenderer renderer() {
    return renderer;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
