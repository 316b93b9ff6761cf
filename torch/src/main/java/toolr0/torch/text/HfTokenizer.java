package toolr0.torch.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalInt;
import toolr0.chat.Tokenizer;

/**
 * The tokenizer of a Hugging Face checkpoint, from its {@code tokenizer.json}. It holds native
 * memory until it is closed and is safe for concurrent use until then.
 */
public final class HfTokenizer implements Tokenizer, AutoCloseable {

  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  private final Path file;
  private final HuggingFaceTokenizer complete;
  private final HuggingFaceTokenizer plain;
  private final Map<String, SpecialToken> specials;
  private final int size;

  private HfTokenizer(
      Path file,
      HuggingFaceTokenizer complete,
      HuggingFaceTokenizer plain,
      Map<String, SpecialToken> specials,
      int size) {
    this.file = file;
    this.complete = complete;
    this.plain = plain;
    this.specials = specials;
    this.size = size;
  }

  /**
   * Opens the {@code tokenizer.json} of a folder.
   *
   * @throws TokenizerException if the file is missing or wrong
   */
  public static HfTokenizer open(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    TokenizerJson json = TokenizerJson.read(file);
    HuggingFaceTokenizer complete = load(file, json.complete());
    try {
      return new HfTokenizer(
          file, complete, load(file, json.plain()), json.specials(), json.size());
    } catch (RuntimeException e) {
      complete.close();
      throw e;
    }
  }

  /**
   * Opens the {@code tokenizer.json} of a folder for a model whose embedding has this many rows.
   *
   * @throws TokenizerException if the file is missing or wrong, or has an id that the model lacks
   */
  public static HfTokenizer open(Path folder, int vocabSize) {
    HfTokenizer tokenizer = open(folder);
    if (tokenizer.vocabularySize() > vocabSize) {
      tokenizer.close();
      throw new TokenizerException(
          "%s: it has ids up to %d, but vocab_size in config.json is %d; copy the files of one checkpoint"
              .formatted(tokenizer.file, tokenizer.vocabularySize() - 1, vocabSize));
    }
    return tokenizer;
  }

  private static HuggingFaceTokenizer load(Path file, String json) {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          file + ": the tokenizers library does not accept it: " + e.getMessage(), e);
    }
  }

  @Override
  public int[] encode(String text) {
    return encode(plain, text);
  }

  /** The ids of text in which special tokens are recognised. */
  int[] encodeWithSpecials(String text) {
    return encode(complete, text);
  }

  private static int[] encode(HuggingFaceTokenizer tokenizer, String text) {
    long[] wide = tokenizer.encode(withoutLoneSurrogates(text), false, false).getIds();
    int[] ids = new int[wide.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Math.toIntExact(wide[i]);
    }
    return ids;
  }

  /** Half of a surrogate pair is no character; it becomes U+FFFD before the text leaves Java. */
  private static String withoutLoneSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        StringBuilder repaired = new StringBuilder(text.length());
        text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .forEach(repaired::appendCodePoint);
        return repaired.toString();
      }
    }
    return text;
  }

  @Override
  public String decode(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return complete.decode(wide, true);
  }

  @Override
  public OptionalInt specialId(String token) {
    SpecialToken special = specials.get(token);
    return special == null ? OptionalInt.empty() : OptionalInt.of(special.id());
  }

  /** The special tokens. */
  Collection<SpecialToken> specials() {
    return specials.values();
  }

  @Override
  public int vocabularySize() {
    return size;
  }

  @Override
  public void close() {
    complete.close();
    plain.close();
  }
}
