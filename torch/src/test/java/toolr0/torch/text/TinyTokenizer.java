package toolr0.torch.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A byte-level tokenizer without merges: the 256 bytes, and four added tokens of which {@code
 * <tool_call>} is text. Its chat template is ChatML.
 */
public final class TinyTokenizer {

  public static final int FIRST_ADDED = 256;
  public static final int IM_START = 257;
  public static final int IM_END = 258;
  public static final int TOOL_CALL = 259;
  public static final int SIZE = 260;

  private static final String CHAT_ML =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private TinyTokenizer() {}

  public static void write(Path folder) throws IOException {
    write(folder, List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"));
  }

  /** Writes the settings with another chat template. */
  static void writeTemplate(Path folder, String template) throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("bos_token", "<|endoftext|>");
    config.put("eos_token", Map.of("content", "<|im_end|>", "lstrip", false));
    config.put("chat_template", template);
    Files.writeString(
        folder.resolve("tokenizer_config.json"), JsonMapper.shared().writeValueAsString(config));
  }

  private static void write(Path folder, List<String> specials) throws IOException {
    Map<String, Object> vocabulary = new LinkedHashMap<>();
    int next = 0;
    int substitute = 256;
    for (int b = 0; b < 256; b++) {
      boolean shown = (b > 32 && b < 127) || (b > 160 && b != 173);
      vocabulary.put(Character.toString(shown ? b : substitute++), next++);
    }
    List<Object> added = new ArrayList<>();
    for (String token : specials) {
      added.add(token(next++, token, true));
    }
    added.add(token(next, "<tool_call>", false));
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("vocab", vocabulary);
    model.put("merges", List.of());
    Map<String, Object> byteLevel =
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            false,
            "trim_offsets",
            false,
            "use_regex",
            true);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", "1.0");
    root.put(
        "truncation",
        Map.of("direction", "Right", "max_length", 16, "strategy", "LongestFirst", "stride", 0));
    root.put("added_tokens", added);
    root.put("pre_tokenizer", byteLevel);
    root.put("decoder", byteLevel);
    root.put("model", model);
    Files.writeString(
        folder.resolve("tokenizer.json"), JsonMapper.shared().writeValueAsString(root));
    writeTemplate(folder, CHAT_ML);
  }

  private static Map<String, Object> token(int id, String content, boolean special) {
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("id", id);
    token.put("content", content);
    token.put("single_word", false);
    token.put("lstrip", false);
    token.put("rstrip", false);
    token.put("normalized", false);
    token.put("special", special);
    return token;
  }
}
