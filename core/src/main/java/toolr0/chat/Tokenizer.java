package toolr0.chat;

import java.util.OptionalInt;

/** Turns text into token ids and back. Implementations are safe for concurrent use. */
public interface Tokenizer {

  /** The ids of plain text; text that spells a special token stays text. */
  int[] encode(String text);

  /** The text of ids; special tokens are left out. */
  String decode(int[] ids);

  /** The id of a special token such as {@code <|im_end|>}, empty when the vocabulary lacks it. */
  OptionalInt specialId(String token);

  /** Number of ids, special tokens included; every id is below it. */
  int vocabularySize();
}
