package toolr0.torch.gguf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.torch.checkpoint.CheckpointException;
import tools.jackson.databind.JsonNode;

/**
 * How text is cut into pieces before BPE. A GGUF file holds no expression for it, but the name of
 * one that llama.cpp has.
 *
 * @param name llama.cpp's
 * @param exact whether llama.cpp cuts by the same expression
 */
record PreTokenizer(String name, boolean exact) {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
  private static final String MARKS_AND_SPACE =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String WORDS = CONTRACTIONS + "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";

  /** Of Qwen2 and Qwen3. */
  static final String SINGLE_DIGITS = WORDS + "\\p{N}" + MARKS_AND_SPACE;

  /** Of Llama 3. */
  static final String THREE_DIGITS = WORDS + "\\p{N}{1,3}" + MARKS_AND_SPACE;

  /** GPT-2's, which a ByteLevel step has built in. */
  private static final String GPT_2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /**
   * What llama.cpp is told where it has nothing that fits: a way that cuts at numbers alone. Merges
   * were learned within pieces, so where pieces are too long they seldom go further than they
   * should, while pieces that are too short cannot become the tokens that the model knows.
   */
  static final String COARSEST = "superbpe";

  /** An expression, and whether a piece that is a token is not looked at any further. */
  private record Rule(String expression, boolean ignoreMerges) {}

  private static final Map<Rule, String> NAMES =
      Map.of(
          new Rule(SINGLE_DIGITS, false), "qwen2",
          new Rule(THREE_DIGITS, true), "llama-bpe",
          new Rule(THREE_DIGITS, false), "smaug-bpe",
          new Rule(GPT_2, false), "gpt-2");

  /**
   * The pre-tokenizer of a {@code tokenizer.json}.
   *
   * @throws CheckpointException if the tokenizer is not one over bytes
   */
  static PreTokenizer of(String file, JsonNode tokenizer) {
    JsonNode pre = tokenizer.path("pre_tokenizer");
    List<JsonNode> steps =
        is(pre, "Sequence") ? List.copyOf(pre.path("pretokenizers").values()) : List.of(pre);
    JsonNode last = steps.isEmpty() ? pre : steps.getLast();
    if (!is(last, "ByteLevel") || last.path("add_prefix_space").booleanValue(true)) {
      throw new CheckpointException(
          file
              + ": not supported: pre_tokenizer does not end in ByteLevel without add_prefix_space;"
              + " --format hf does not ask for it");
    }
    boolean ignoreMerges = tokenizer.path("model").path("ignore_merges").booleanValue(false);
    return expression(steps.subList(0, steps.size() - 1), last.path("use_regex").booleanValue(true))
        .flatMap(expression -> Optional.ofNullable(NAMES.get(new Rule(expression, ignoreMerges))))
        .map(name -> new PreTokenizer(name, true))
        .orElse(new PreTokenizer(COARSEST, false));
  }

  /** The one expression that cuts, where there is only one. */
  private static Optional<String> expression(List<JsonNode> before, boolean builtIn) {
    if (builtIn) {
      return before.isEmpty() ? Optional.of(GPT_2) : Optional.empty();
    }
    if (before.size() != 1
        || !is(before.getFirst(), "Split")
        || !before.getFirst().path("behavior").stringValue("").equals("Isolated")
        || before.getFirst().path("invert").booleanValue(false)) {
      return Optional.empty();
    }
    return Optional.of(before.getFirst().path("pattern").path("Regex"))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  private static boolean is(JsonNode step, String type) {
    return step.path("type").stringValue("").equals(type);
  }
}
