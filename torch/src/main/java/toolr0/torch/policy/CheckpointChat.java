package toolr0.torch.policy;

import java.nio.file.Path;
import toolr0.chat.ChatRenderer;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.text.HfTokenizer;
import toolr0.torch.text.TemplateRenderer;

/** A checkpoint's tokenizer and chat template: what can be known of chats without its weights. */
public final class CheckpointChat implements AutoCloseable {
  private final HfTokenizer tokenizer;
  private final ChatRenderer renderer;

  private CheckpointChat(HfTokenizer tokenizer, ChatRenderer renderer) {
    this.tokenizer = tokenizer;
    this.renderer = renderer;
  }

  /**
   * Opens a checkpoint's tokenizer and chat template.
   *
   * @throws toolr0.torch.text.TokenizerException when they cannot be used
   */
  public static CheckpointChat open(Path folder, ModelConfig config) {
    HfTokenizer tokenizer = HfTokenizer.open(folder, config.vocabSize());
    try {
      return new CheckpointChat(tokenizer, TemplateRenderer.open(folder, tokenizer));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  HfTokenizer tokenizer() {
    return tokenizer;
  }

  public ChatRenderer renderer() {
    return renderer;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
