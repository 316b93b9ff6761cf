package toolr0.pocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import toolr0.base.AtomicFiles;
import toolr0.base.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A byte-level BPE vocabulary and the files that make a Hugging Face tokenizer of it. Ids below 256
 * are the bytes, the merges follow in the order in which they were learned, the special tokens are
 * last.
 */
public final class BpeVocabulary {
  /** End of text and padding, start of a turn, end of a turn: the last ids, in this order. */
  public static final List<String> SPECIAL_TOKENS =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private static final String CHAT_TEMPLATE =
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n'"
          + " + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  /** Two ids that become the next id. */
  record Merge(int left, int right) {}

  private final List<byte[]> tokens;
  private final List<Merge> merges;

  BpeVocabulary(List<byte[]> tokens, List<Merge> merges) {
    this.tokens = List.copyOf(tokens);
    this.merges = List.copyOf(merges);
  }

  /** Number of tokens, the special ones included. */
  public int size() {
    return tokens.size() + SPECIAL_TOKENS.size();
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
   *
   * @param contextLength the model's, for programs that ask the tokenizer
   */
  public void write(Path directory, int contextLength) throws IOException {
    Files.createDirectories(directory);
    AtomicFiles.writeText(directory.resolve("tokenizer.json"), tokenizerJson());
    AtomicFiles.writeText(
        directory.resolve("tokenizer_config.json"), tokenizerConfigJson(contextLength));
  }

  /** The text of {@code tokenizer.json}. */
  public String tokenizerJson() {
    ObjectNode root = Json.object();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int i = 0; i < SPECIAL_TOKENS.size(); i++) {
      addedToken(added.addObject().put("id", tokens.size() + i), SPECIAL_TOKENS.get(i));
    }
    root.putNull("normalizer");
    ObjectNode pre = root.putObject("pre_tokenizer");
    pre.put("type", "Sequence");
    ArrayNode steps = pre.putArray("pretokenizers");
    ObjectNode split = steps.addObject();
    split.put("type", "Split");
    split.putObject("pattern").put("Regex", BpeTrainer.PIECES);
    split.put("behavior", "Isolated");
    split.put("invert", false);
    byteLevel(steps.addObject());
    root.putNull("post_processor");
    byteLevel(root.putObject("decoder"));
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(spelled(id), id);
    }
    ArrayNode list = model.putArray("merges");
    for (Merge merge : merges) {
      list.add(spelled(merge.left()) + " " + spelled(merge.right()));
    }
    return Json.pretty(root) + "\n";
  }

  /**
   * The text of {@code tokenizer_config.json}; its chat template is ChatML without a default system
   * message.
   */
  public String tokenizerConfigJson(int contextLength) {
    ObjectNode root = Json.object();
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    root.put("add_prefix_space", false);
    root.put("clean_up_tokenization_spaces", false);
    root.put("model_max_length", contextLength);
    root.putNull("bos_token");
    root.put("eos_token", "<|im_end|>");
    root.put("pad_token", "<|endoftext|>");
    root.putNull("unk_token");
    ObjectNode decoder = root.putObject("added_tokens_decoder");
    for (int i = 0; i < SPECIAL_TOKENS.size(); i++) {
      addedToken(decoder.putObject(Integer.toString(tokens.size() + i)), SPECIAL_TOKENS.get(i));
    }
    root.put("chat_template", CHAT_TEMPLATE);
    return Json.pretty(root) + "\n";
  }

  /**
   * The tokens' texts, the special ones included, for people: bytes that are no text show as
   * U+FFFD.
   */
  public List<String> texts() {
    return Stream.concat(
            tokens.stream().map(t -> new String(t, StandardCharsets.UTF_8)),
            SPECIAL_TOKENS.stream())
        .toList();
  }

  private static void addedToken(ObjectNode node, String content) {
    node.put("content", content);
    for (Map.Entry<String, Boolean> flag :
        List.of(
            Map.entry("single_word", false),
            Map.entry("lstrip", false),
            Map.entry("rstrip", false),
            Map.entry("normalized", false),
            Map.entry("special", true))) {
      node.put(flag.getKey(), flag.getValue());
    }
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel");
    node.put("add_prefix_space", false);
    node.put("trim_offsets", true);
    node.put("use_regex", false);
  }

  private String spelled(int id) {
    var text = new StringBuilder();
    for (byte b : tokens.get(id)) {
      text.append(letter(b & 0xff));
    }
    return text.toString();
  }

  /** The printable character that stands for a byte in byte-level vocabularies (GPT-2's table). */
  private static char letter(int b) {
    if (printable(b)) {
      return (char) b;
    }
    int rank = 0;
    for (int other = 0; other < b; other++) {
      rank += printable(other) ? 0 : 1;
    }
    return (char) (256 + rank);
  }

  private static boolean printable(int b) {
    return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  }
}
