package toolr0.policy;

import toolr0.chat.ChatRenderer;
import toolr0.chat.Tokenizer;

/** A checkpoint opened for sampling and scoring. */
public interface FrozenPolicy extends Sampler, Scorer, AutoCloseable {

  Tokenizer tokenizer();

  ChatRenderer renderer();

  /** Most tokens of prompt and completion together. */
  int contextLength();

  @Override
  void close();
}
