package toolr0.torch.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import toolr0.base.Json;
import toolr0.chat.template.ChatTemplate;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.text.HfTokenizer;
import tools.jackson.databind.JsonNode;

/**
 * A byte-level BPE tokenizer and the chat template as GGUF's keys. Rows of the embedding that have
 * no token get one that is marked as unused.
 */
final class GgufTokenizer {
  private static final String KEY = "tokenizer.ggml.";
  private static final String TEMPLATE_KEY = "tokenizer.chat_template";

  /** Stop ids: of a text, of a turn, of a message. llama.cpp ends an answer at any of them. */
  private static final List<String> STOP_KEYS =
      List.of("eos_token_id", "eot_token_id", "eom_token_id");

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  private final Path file;
  private final JsonNode root;
  private final JsonNode model;
  private final ModelConfig config;

  private GgufTokenizer(Path file, JsonNode root, ModelConfig config) {
    this.file = file;
    this.root = root;
    this.model = root.path("model");
    this.config = config;
  }

  /**
   * Puts a folder's tokenizer into metadata.
   *
   * @return what people should know of it, a sentence each
   * @throws CheckpointException if llama.cpp has no such tokenizer
   * @throws toolr0.torch.text.TokenizerException if the files are missing or wrong
   */
  static List<String> put(Path folder, ModelConfig config, GgufMetadata metadata)
      throws IOException {
    HfTokenizer.open(folder, config.vocabSize()).close();
    Path file = folder.resolve(CheckpointFolder.TOKENIZER_FILE);
    GgufTokenizer tokenizer =
        new GgufTokenizer(file, Json.parseObject(Files.readString(file)), config);
    tokenizer.requireSupported();
    List<String> notes = tokenizer.put(metadata);
    ChatTemplate.sources(folder)
        .forEach(
            (name, source) ->
                metadata.text(
                    name.equals(ChatTemplate.DEFAULT) ? TEMPLATE_KEY : TEMPLATE_KEY + "." + name,
                    source));
    return notes;
  }

  private void requireSupported() {
    if (!model.path("type").stringValue("").equals("BPE")) {
      throw unsupported("model.type is not BPE");
    }
    if (model.path("byte_fallback").booleanValue(false)) {
      throw unsupported("model.byte_fallback");
    }
    for (String key : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.path(key).stringValue("").isEmpty()) {
        throw unsupported("model." + key);
      }
    }
    JsonNode normalizer = root.path("normalizer");
    if (normalizer.isObject() && !normalizer.path("type").stringValue("").equals("NFC")) {
      throw unsupported("a normalizer other than NFC");
    }
    for (JsonNode added : root.path("added_tokens").values()) {
      for (String key : List.of("lstrip", "rstrip", "single_word")) {
        if (added.path(key).booleanValue(false)) {
          throw unsupported(key + " of the added token " + added.path("content").stringValue(""));
        }
      }
    }
  }

  private CheckpointException unsupported(String what) {
    return new CheckpointException(
        "%s: not supported: %s, which a GGUF file cannot say; --format hf copies the tokenizer as it is"
            .formatted(file, what));
  }

  private List<String> put(GgufMetadata metadata) {
    List<String> notes = new ArrayList<>();
    PreTokenizer pre = PreTokenizer.of(file.toString(), root);
    if (!pre.exact()) {
      notes.add(
          ("llama.cpp has no name for the way in which %s cuts text into pieces; the file names"
                  + " %s, which cuts at numbers alone: most prompts given to llama.cpp as text get"
                  + " the same tokens as here, but not all; prompts given as token ids do")
              .formatted(file.getFileName(), pre.name()));
    }
    metadata.text(KEY + "model", "gpt2").text(KEY + "pre", pre.name());
    putTokens(metadata);
    metadata.texts(
        KEY + "merges", model.path("merges").values().stream().map(GgufTokenizer::merge).toList());
    List<Integer> stops = config.eosTokenIds();
    for (int i = 0; i < Math.min(stops.size(), STOP_KEYS.size()); i++) {
      metadata.uint32(KEY + STOP_KEYS.get(i), stops.get(i));
    }
    if (stops.size() > STOP_KEYS.size()) {
      notes.add(
          "a GGUF file has room for %d ids that end an answer; these are left out: %s"
              .formatted(STOP_KEYS.size(), stops.subList(STOP_KEYS.size(), stops.size())));
    }
    config.bosTokenId().ifPresent(id -> metadata.uint32(KEY + "bos_token_id", id));
    config.padTokenId().ifPresent(id -> metadata.uint32(KEY + "padding_token_id", id));
    metadata.bool(KEY + "add_bos_token", addsBos());
    return notes;
  }

  private void putTokens(GgufMetadata metadata) {
    String[] tokens = new String[config.vocabSize()];
    int[] types = new int[tokens.length];
    Arrays.setAll(tokens, id -> "[PAD" + id + "]");
    Arrays.fill(types, UNUSED);
    for (Map.Entry<String, JsonNode> token : model.path("vocab").properties()) {
      tokens[token.getValue().intValue()] = token.getKey();
      types[token.getValue().intValue()] = NORMAL;
    }
    for (JsonNode added : root.path("added_tokens").values()) {
      int id = added.path("id").intValue();
      tokens[id] = added.path("content").stringValue();
      types[id] = added.path("special").booleanValue(false) ? CONTROL : USER_DEFINED;
    }
    metadata.texts(KEY + "tokens", List.of(tokens)).int32s(KEY + "token_type", types);
  }

  /** A merge as older and newer files write it: a text, or a pair. */
  private static String merge(JsonNode merge) {
    return merge.isString()
        ? merge.stringValue()
        : merge.path(0).stringValue() + " " + merge.path(1).stringValue();
  }

  /** Whether the tokenizer puts the token that starts a text before every text. */
  private boolean addsBos() {
    JsonNode post = root.path("post_processor");
    List<JsonNode> steps = new ArrayList<>(post.path("processors").values());
    steps.add(post);
    return steps.stream()
        .map(step -> step.path("single").path(0).path("SpecialToken").path("id").stringValue(""))
        .flatMapToInt(
            token ->
                root.path("added_tokens").values().stream()
                    .filter(added -> added.path("content").stringValue("").equals(token))
                    .mapToInt(added -> added.path("id").intValue()))
        .anyMatch(id -> config.bosTokenId().equals(OptionalInt.of(id)));
  }
}
